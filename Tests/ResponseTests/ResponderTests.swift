import Foundation
import Linux
import Response
import Testing

/// A process that bears children as fast as it can, in a process group of its own.
private final class Bearer {
    private static let program = """
        import os, signal
        print("ready", flush=True)
        for _ in range(400):
            if os.fork() == 0:
                signal.pause()
        signal.pause()
        """
    private let process = Foundation.Process()
    private let output = Pipe()

    init() throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.program]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        _ = try output.fileHandleForReading.read(upToCount: 1)
    }

    deinit {
        kill(-pid, SIGKILL)
        process.waitUntilExit()
    }

    var pid: Int32 { process.processIdentifier }

    var family: Set<Int32> {
        Set(ProcessTable.all().filter { ProcessTable.status($0)?.group == pid })
    }
}

@Suite struct ResponderTests {
    @Test(
        "no child that is born while its parent is being stopped goes on", .timeLimit(.minutes(1)))
    func freezeWhileBearing() throws {
        let responder = Responder(Protection(allowed: AllowList([])))
        for _ in 0..<60 {
            let bearer = try Bearer()
            let tree = responder.freeze(from: bearer.pid)
            #expect(bearer.family == Set(tree.held.map(\.pid)))
        }
    }
}
