import Foundation

/// The program as people call it, in a folder of its own.
final class Kanaria {
    /// Where it runs; removed afterwards.
    let folder: String
    /// The program that was built together with these tests.
    static let program =
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        + "/kanaria"

    init() throws {
        folder = NSTemporaryDirectory() + "commands-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// How a call ended and what it said.
    struct Result {
        var code: Int32
        var output: String
        var error: String
    }

    /// Calls `kanaria`; its standard input is empty or `input`, and it has no terminal.
    @discardableResult
    func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Result {
        // Without `setsid` the terminal of whoever runs the tests would be asked.
        try call("/usr/bin/setsid", ["--wait", Self.program] + arguments, input, environment)
    }

    /// Calls another program.
    @discardableResult
    func call(
        _ program: String, _ arguments: [String], _ input: String = "",
        _ environment: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment =
            ProcessInfo.processInfo.environment.merging(
                ["LC_ALL": "C.UTF-8", "HOME": folder, "XDG_STATE_HOME": folder + "/state"]
            ) { $1 }.merging(environment) { $1 }
        let name = folder + "/.input-\(UUID().uuidString)"
        try Data(input.utf8).write(to: URL(filePath: name))
        defer { try? FileManager.default.removeItem(atPath: name) }
        process.standardInput = FileHandle(forReadingAtPath: name)
        let (output, error) = (name + ".out", name + ".err")
        for path in [output, error] { try Data().write(to: URL(filePath: path)) }
        defer { for path in [output, error] { try? FileManager.default.removeItem(atPath: path) } }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: error)
        try process.run()
        process.waitUntilExit()
        return Result(
            code: process.terminationStatus, output: try text(at: output),
            error: try text(at: error))
    }

    private func text(at path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// Calls `kanaria` at a terminal.
    func ask(
        _ arguments: [String], _ answers: [Pseudoterminal.Answer]
    ) throws -> Pseudoterminal {
        try Pseudoterminal([Self.program] + arguments, in: folder, answers)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
    }

    /// The text of a file; nil where there is none.
    func read(_ name: String) -> String? {
        try? String(contentsOf: URL(filePath: folder + "/" + name), encoding: .utf8)
    }

    /// The visible names in the folder.
    var names: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter { !$0.hasPrefix(".") && $0 != "state" }.sorted()
    }
}

/// Whether the programs that tests compare with are there.
let hasAge = FileManager.default.isExecutableFile(atPath: "/usr/bin/age-keygen")
let hasSSH = FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")
