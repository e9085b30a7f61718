import Foundation
import Linux
import Testing

/// A folder of its own for one test, removed with its owner.
final class Scratch {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "kanaria-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func place(_ name: String) -> BytePath { BytePath("\(path)/\(name)") }

    func write(_ name: String, _ bytes: [UInt8] = Array("content".utf8), age: Double = 0) throws {
        let url = URL(filePath: "\(path)/\(name)")
        try Data(bytes).write(to: url)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age), .posixPermissions: 0o640],
            ofItemAtPath: url.path)
    }

    func read(_ path: BytePath) -> [UInt8]? {
        FileManager.default.contents(atPath: String(decoding: path.bytes, as: UTF8.self)).map(
            Array.init)
    }

    /// Files as a ward's folder has them.
    func fill() throws {
        for (index, name) in [
            "勤務表_2026.xlsx", "報告.docx", "Plan.docx", "10_list.csv", "9_list.csv", "写真.jpg",
        ].enumerated() {
            try write(
                name, [UInt8](repeating: 65, count: 5000 + 1000 * index),
                age: 86_400 * Double(index + 1))
        }
    }
}
