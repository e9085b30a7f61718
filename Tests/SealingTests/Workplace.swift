import Foundation
import Linux

/// A folder of its own for one test, removed afterwards.
final class Workplace {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "sealing-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        for suffix in ["", "-state"] {
            try? FileManager.default.removeItem(atPath: folder + suffix)
        }
    }

    /// A path in it.
    func path(_ name: String) -> BytePath { BytePath(folder + "/" + name) }

    /// Writes a file.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: folder + "/" + name))
    }

    /// Reads a file; nil where there is none.
    func read(_ name: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: folder + "/" + name))).map { Array($0) }
    }

    /// The names in it.
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Runs a program here; returns its exit code.
    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension Workplace {
    /// How a call ended and what it said.
    struct Ending {
        var code: Int32
        var output: String
        var error: String
    }

    /// Runs a shell command here; `$kanaria` is the program that the package built.
    func shell(_ command: String) throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = URL(filePath: folder)
        let program = #filePath.components(separatedBy: "/Tests/")[0] + "/.build/debug/kanaria"
        process.environment = [
            "kanaria": program, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "XDG_STATE_HOME": folder + "-state",
        ]
        // Files, for a pipe that nobody empties would hold the program up.
        let names = [".output", ".error"].map { folder + "/" + $0 }
        for name in names { _ = FileManager.default.createFile(atPath: name, contents: nil) }
        defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: names[0])
        process.standardError = FileHandle(forWritingAtPath: names[1])
        try process.run()
        process.waitUntilExit()
        let texts = try names.map {
            String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self)
        }
        return Ending(code: process.terminationStatus, output: texts[0], error: texts[1])
    }
}

/// Bytes that do not repeat soon.
func pattern(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}

/// Whether the age program of the system is there.
let hasAge = FileManager.default.isExecutableFile(atPath: "/usr/bin/age")
