import Foundation
import Linux
import Testing

@Suite(
    "Samba that is upgraded while it runs", .serialized, .timeLimit(.minutes(5)),
    .enabled(
        if: Ward.isPossible,
        "needs root, namespaces, fanotify permission events, samba, nft and impacket"))
struct UpgradeTests {
    @Test(
        "is known as Samba: its client is cut off, and nothing is stopped",
        arguments: [true, false])
    func replaced(startsBefore: Bool) throws {
        // Programs of its own, so that one can be replaced as a package does it.
        let ward = try Ward(
            files: 20,
            before: "mkdir -p $home/sbin && cp -a /usr/sbin/. $home/sbin "
                + "&& mount --bind $home/sbin /usr/sbin")
        if startsBefore { try ward.startGuard() }
        let replacing = "cd /usr/sbin && cp -a smbd smbd.dpkg-new && mv smbd.dpkg-new smbd"
        #expect(try ward.inside(["/bin/sh", "-c", replacing]).status == 0)
        if !startsBefore { try ward.startGuard() }
        let other = try ward.start(["--to", "127.0.1.3", "--user", "nurse2", "work", "work"])
        try other.waitUntilReady()
        let programs = ward.children.compactMap { ProcessTable.executable($0)?.description }
        #expect(programs.contains("/usr/sbin/smbd (deleted)"), "\(programs)")
        let result = try ward.client(["attack", "ward", "--again", "0.5"])
        #expect(result["done"] as? Int == 0 && result["again"] as? Int == 0, "\(result)")
        let incident = try FileServerTests.onlyIncident(ward)
        #expect(incident["state"] as? String == "cut-off", "\(incident)")
        #expect((incident["stoppedProcesses"] as? [Int])?.count == 1)
        #expect(FileServerTests.addresses(incident) == ["127.0.0.2"])
        #expect(try ward.connects("127.0.0.4", user: "nurse3"))
        try other.go()
        #expect(try other.result()["errors"] as? Int == 0)
    }
}
