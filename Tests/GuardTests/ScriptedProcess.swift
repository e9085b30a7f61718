import Foundation

/// A process that damages files of a range as a script says, in a session of its own.
///
/// The script says `ready` on its output, and `go()` lets it go on.
final class ScriptedProcess {
    private let process = Foundation.Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()

    /// What every script begins with.
    private static let preamble = """
        import mmap, os, sys
        files = sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(sys.argv[1])
            for name in names if not name.startswith('.'))
        files = [path for path in files if os.path.getsize(path) >= 4096]
        def ready():
            print('ready', flush=True)
            sys.stdin.readline()

        """

    init(_ script: String, files: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        process.arguments = [
            "--wait", "/usr/bin/env", "python3", "-c", Self.preamble + script, files,
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Waits until the script says that it is ready, or ends; returns what it said.
    func waitUntilReady() throws -> String {
        let said = try output.fileHandleForReading.read(upToCount: 6) ?? Data()
        return String(decoding: said, as: UTF8.self)
    }

    /// Lets it go on.
    func go() {
        try? input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
    }

    /// Waits for the end; true if it was killed, which `setsid` tells in these words.
    func wasKilled() throws -> Bool {
        let text = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self).contains("did not exit normally")
    }
}
