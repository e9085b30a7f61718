import Foundation
import Testing

/// A server in Python that tells its port when it listens.
final class PythonServer {
    let port: Int
    private let process = Process()
    private let output = Pipe()

    /// Starts a script with the system's Python, which has Debian's modules, whose first line of output is the port.
    init(_ script: String, _ arguments: [String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script] + arguments
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty)
            line += String(decoding: data, as: UTF8.self)
        }
        port = try #require(Int(line.dropLast()))
    }

    deinit { end() }

    /// Ends it, so that nobody listens there any more.
    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}
