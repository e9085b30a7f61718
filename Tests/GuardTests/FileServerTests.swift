import Foundation
import Linux
import Testing

@Suite(
    "A file server whose client attacks", .serialized, .timeLimit(.minutes(2)),
    .enabled(
        if: Products.canGuard && ReaderTests.missing.isEmpty,
        "needs root, fanotify permission events, smbd and smbclient"))
struct FileServerTests {
    /// Writes over a file of the share through a client; its exit code.
    private func put(_ share: Share, _ range: GuardedRange, over path: String) throws -> Int32 {
        let name = path.dropFirst(range.files.count + 1).replacing("/", with: "\\")
        return try GuardedRange.runPath(
            "/usr/bin/smbclient",
            [
                "//127.0.0.1/share", "-p", "\(share.port)", "-N", "-c",
                "put \"\(range.home)/policy.yaml\" \"\(name)\"",
            ]
        ).status
    }

    @Test("is never stopped, and never ended as a whole", arguments: ["freeze", "kill"])
    func client(mode: String) throws {
        let range = try GuardedRange(files: 20)
        let share = try Share(of: range)
        let main = share.pid
        try range.startGuard(mode: mode, canaries: true)
        let canaries = try CanaryCommandTests.list(range)
        // Plain for the client's command line.
        let canary = try #require(canaries.keys.sorted().first { $0.utf8.allSatisfy { $0 < 0x80 } })
        #expect(try put(share, range, over: canary) != 0)
        // Whoever comes next is served, by the same main process.
        let plain = range.files + "/harmless.yaml"
        #expect(try put(share, range, over: plain) == 0)
        #expect(FileManager.default.fileExists(atPath: plain))
        #expect(ProcessTable.status(main)?.state != UInt8(ascii: "T"))
        for child in ProcessTable.children(of: main) {
            #expect(ProcessTable.status(child)?.state != UInt8(ascii: "T"))
        }
        #expect(try CanaryCommandTests.list(range)[canary] == "intact")
        range.stopGuard()
        let incidents = try range.incidents()
        #expect(!incidents.isEmpty)
        for incident in incidents {
            #expect(incident["state"] as? String == (mode == "kill" ? "killed" : "observed"))
            let stopped = incident["stoppedProcesses"] as? [Int] ?? []
            #expect(stopped.count == (mode == "kill" ? 1 : 0) && !stopped.contains(Int(main)))
            let lacks = incident["degraded"] as? [[String: Any]] ?? []
            #expect(lacks.contains { $0["code"] as? String == "file-server" } == (mode != "kill"))
        }
    }
}
