import Contents
import Foundation

/// Bytes that are the same on every run.
struct SeededBytes: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededBytes(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 56) }
    }
}

func judged(_ bytes: [UInt8]) -> Opinion { SampleJudge.opinion(ofWhole: bytes.span) }

/// A real program of this machine.
enum Tool {
    static func exists(_ name: String) -> Bool {
        ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
    }

    static func allExist(in script: String) -> Bool {
        let words = [
            "openssl", "gpg", "age", "7z", "ccrypt", "zip", "xz", "zstd", "bzip2", "lz4", "git",
            "python3",
        ]
        return words.allSatisfy { !script.contains($0 + " ") || exists($0) }
    }

    /// Runs a shell script in a new directory that holds `plain` and gives back its file `out`.
    static func output(of script: String, plain: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("contents-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(plain).write(to: folder.appendingPathComponent("plain"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", script]
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Array(try Data(contentsOf: folder.appendingPathComponent("out")))
    }
}
