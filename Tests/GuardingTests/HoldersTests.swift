import Control
import Detection
import Foundation
import Linux
import Policies
import Testing

@testable import Guarding

@Suite struct HoldersTests {
    /// Processes with their parents, and who of them must have written the file.
    private static let trees: [([(pid: Int32, parent: Int32)], Int32?)] = [
        ([], nil), ([(7, 1)], 7), ([(7, 1), (7, 1)], 7), ([(7, 1), (8, 7)], 7),
        ([(8, 7), (7, 1), (9, 8)], 7), ([(7, 1), (8, 1)], nil), ([(7, 1), (9, 8)], nil),
    ]

    @Test("a file counts against the one tree that holds it, and else against nobody")
    func trees() throws {
        for (processes, writer) in Self.trees {
            var holders = Holders()
            for process in processes {
                let zeros = [String](repeating: "0", count: 17).joined(separator: " ")
                let text = Array("\(process.pid) (a) S \(process.parent) \(zeros) 5 6".utf8)
                let status = ProcessStatus(parsing: text.span)
                holders.add(try #require(status))
            }
            #expect(holders.writer?.pid == writer, "\(processes)")
        }
    }

    @Test(
        "finds who has a file open for writing, and nobody who reads it",
        .timeLimit(.minutes(1)), arguments: [("3>>", true), ("3<>", true), ("3<", false)])
    func open(redirection: String, isFound: Bool) throws {
        let path = BytePath("/var/tmp/kanaria-holders-\(UUID().uuidString)")
        _ = try FileDescriptor.open(path, [.writeOnly, .create, .exclusive])
        defer { try? FileManager.default.removeItem(atPath: path.description) }
        let (process, input, output) = (Foundation.Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec \(redirection)\(path); echo; read x"]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        _ = try output.fileHandleForReading.read(upToCount: 1)
        let number = FileNumber(try FileStatus.of(path))
        let writer = Holders.find([number])[number]?.writer
        #expect(writer?.pid == (isFound ? process.processIdentifier : nil))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    @Test("status says what is not looked at, and why")
    func degraded() throws {
        let text = "version: 1\nname: x\nwatch: [/a]\nmode: freeze\n"
        let state = try GuardState(try GuardPolicy.parse(text))
        #expect(state.degraded.isEmpty)
        state.withContents { contents in
            (contents.sweepFailure, contents.rescanFailure) = (.tooManyOpenFiles, .notPermitted)
        }
        #expect(state.degraded.map(\.code) == ["no-sweep", "no-rescan"])
    }
}
