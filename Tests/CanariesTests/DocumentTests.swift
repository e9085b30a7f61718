import Canaries
import Foundation
import Testing

/// Numbers that are the same in every run (SplitMix64).
struct Sequence64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// A tool of the system, run with arguments; nil where it is absent.
enum Tool {
    static func path(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
            .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: try #require(path(name)))
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}

@Suite(.timeLimit(.minutes(2)))
struct DocumentTests {
    static let moment: Int64 = 1_790_000_000_000_000_000
    static let sizes = [1, 2000, 5000, 40_000, 262_144]

    static func document(_ type: FileType, _ size: Int, japanese: Bool, seed: UInt64) -> [UInt8] {
        var random = Sequence64(state: seed)
        return Document.make(
            Recipe(type: type, byteCount: size, modified: moment, isJapanese: japanese),
            using: &random)
    }

    @Test(arguments: FileType.allCases, sizes)
    func sizeIsMet(type: FileType, size: Int) {
        for seed in UInt64(0)..<6 {
            let count = Self.document(type, size, japanese: seed % 2 == 0, seed: seed).count
            let wanted = max(size, type.minimumByteCount)
            #expect(count <= wanted, "\(type) \(seed)")
            #expect(count >= wanted - Document.slack, "\(type) \(seed)")
        }
    }

    @Test(arguments: FileType.allCases)
    func contentDiffersPerSeed(type: FileType) {
        let all = (UInt64(0)..<4).map { Self.document(type, 3000, japanese: true, seed: $0) }
        #expect(Set(all).count == 4)
        #expect(all[1] == Self.document(type, 3000, japanese: true, seed: 1))
    }

    @Test(
        .enabled(if: Tool.path("file") != nil, "needs file(1)"),
        arguments: [
            (FileType.docx, "Microsoft Word 2007+|OOXML|Zip"),
            (.xlsx, "Microsoft Excel 2007+|OOXML|Zip"),
            (.pdf, "PDF document, version 1.4"), (.jpeg, "JPEG image data, JFIF"),
            (.png, "PNG image data"), (.csv, "text"), (.text, "text"), (.dicom, "DICOM"),
            (.rtf, "Rich Text Format"), (.html, "HTML document"),
        ])
    func fileCommandAgrees(type: FileType, expected: String) throws {
        for size in Self.sizes {
            let path = try Self.stored(type, size)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let text = try Tool.run("file", ["-b", path]).text
            #expect(expected.split(separator: "|").contains { text.contains($0) }, "\(text)")
        }
    }

    @Test(
        .enabled(if: Tool.path("unzip") != nil, "needs unzip"),
        arguments: [FileType.docx, .xlsx], sizes)
    func archivesPassUnzip(type: FileType, size: Int) throws {
        let path = try Self.stored(type, size)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try Tool.run("unzip", ["-t", path])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test(
        .enabled(if: Tool.path("python3") != nil, "needs python3"),
        arguments: [FileType.docx, .xlsx, .png, .pdf, .csv, .text, .jpeg, .dicom, .html], sizes)
    func pythonReads(type: FileType, size: Int) throws {
        let path = try Self.stored(type, size)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try Tool.run("python3", ["-c", pythonReader, type.rawValue, path])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test(
        .enabled(if: Tool.path("pdfinfo") != nil, "needs pdfinfo"), arguments: sizes)
    func pdfinfoReads(size: Int) throws {
        let path = try Self.stored(.pdf, size)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try Tool.run("pdfinfo", [path])
        #expect(result.status == 0 && !result.text.contains("rror"), "\(result.text)")
    }

    static func stored(_ type: FileType, _ size: Int) throws -> String {
        let name = "kanaria-\(UUID().uuidString).\(type.suffix)"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        let bytes = document(type, size, japanese: size % 2 == 0, seed: UInt64(size))
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }
}
