import Foundation
import Linux
import Testing

/// Bytes from hexadecimal digits; `#` starts a comment that goes to the end of the line.
func hex(_ text: String) throws -> [UInt8] {
    let digits = text.split(separator: "\n").flatMap { line in
        line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
    }
    return try stride(from: 0, to: digits.count, by: 2).map { index in
        try #require(UInt8(String(digits[index...].prefix(2)), radix: 16), "digit \(index)")
    }
}

/// A folder that is removed when the test ends.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "linux-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: BytePath { BytePath(url.path) }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> BytePath {
        try Data(text.utf8).write(to: url.appending(path: name))
        return path.appending(name)
    }
}

/// What this run may do.
enum Privilege {
    /// Whether it can make fanotify groups and marks.
    static let canFanotify: Bool = {
        guard let scratch = try? Scratch(), let group = try? Fanotify(.permission) else {
            return false
        }
        return (try? group.mark(.inode, .openPermission, at: scratch.path)) != nil
    }()
}
