import Foundation

/// Runs the built `kanaria-attack`, which lies beside the test bundle.
enum Simulator {
    static let executable: URL = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: own ?? CommandLine.arguments[0]).deletingLastPathComponent()
        return folder.appending(path: "kanaria-attack")
    }()

    static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: executable.path) }

    struct Outcome {
        var code: Int32
        var stopped: Bool
        var output: Data
        var message: String
    }

    static func run(_ arguments: [String], language: String = "C") throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ["LANG": language]
        let output = Pipe()
        let message = Pipe()
        process.standardOutput = output
        process.standardError = message
        try process.run()
        let outputBytes = try output.fileHandleForReading.readToEnd() ?? Data()
        let messageBytes = try message.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus, stopped: process.terminationReason == .uncaughtSignal,
            output: outputBytes, message: String(decoding: messageBytes, as: UTF8.self))
    }
}

/// What `verify` prints.
struct Damage: Decodable, Equatable {
    var intact: Int
    var changed: Int
    var missing: Int
    var extra: Int
    var bytes: Int
}

/// What `run --json` prints, as far as the tests look at it.
struct Figures: Decodable {
    var files: Int
    var done: Int
    var failed: Int
    var elapsedNs: Int
}

/// A range in a scratch folder, both removed with the value's last use.
final class AttackRange {
    let scratch: URL
    let folder: URL

    init(files: Int = 20, size: Int = 6000, seed: Int = 1) throws {
        scratch = FileManager.default.temporaryDirectory.appending(
            path: "attack-\(UUID().uuidString)")
        folder = scratch.appending(path: "range")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        let made = try Simulator.run([
            "make", folder.path, "--files", "\(files)", "--size", "\(size)", "--folders", "9",
            "--seed", "\(seed)",
        ])
        guard made.code == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { try? FileManager.default.removeItem(at: scratch) }

    func attack(_ options: [String]) throws -> Simulator.Outcome {
        try Simulator.run(["run", folder.path, "--json"] + options)
    }

    func damage() throws -> Damage {
        try JSONDecoder().decode(Damage.self, from: Simulator.run(["verify", folder.path]).output)
    }

    struct File {
        var path: String
        var size: Int
        var modified: Date
        var depth: Int { path.utf8.count { $0 == UInt8(ascii: "/") } }
    }

    /// All files except the marker, in the byte order of their paths.
    func files() throws -> [File] {
        var found: [File] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + path)
            guard facts[.type] as? FileAttributeType == .typeRegular, !path.hasPrefix(".") else {
                continue
            }
            found.append(
                File(
                    path: path, size: (facts[.size] as? NSNumber)?.intValue ?? 0,
                    modified: facts[.modificationDate] as? Date ?? .distantPast))
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The original paths of the files that now have the suffix `.locked`.
    func lockedPaths() throws -> Set<String> {
        Set(
            try files().map(\.path).filter { $0.hasSuffix(".locked") }.map {
                String($0.dropLast(7))
            })
    }
}
