import Evidence
import Foundation
import Linux
import Testing

private let isRoot = ProcessHandle.effectiveUser == 0

/// Evidence where there is little room, and evidence that was changed.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: isRoot, "needs root"))
struct RoomTests {
    private static let script =
        "import os; kept = bytearray(os.urandom(16 << 20)); print('ready', flush=True)"

    @Test("a disk is never filled beyond the floor, and nothing older is removed")
    func floor() throws {
        let child = try HeldChild(script: Self.script)
        let disk = try FileDescriptor.open(BytePath(child.home))
        let old = child.home + "/evidence/older"
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
        try Data("kept".utf8).write(to: URL(filePath: old + "/file"))
        let outcome = try child.take(child.request(floor: disk.freeByteCount() * 2))
        #expect(Set(HeldChild.codes(outcome)) == ["evidence-disk-floor"])
        #expect(outcome.manifest.files.isEmpty && outcome.manifest.memoryByteCount == 0)
        #expect(try String(contentsOfFile: old + "/file", encoding: .utf8) == "kept")
    }

    @Test("all evidence together stays within its budget")
    func budget() throws {
        let child = try HeldChild(script: Self.script)
        let outcome = try child.take(child.request(budget: 4 << 20))
        #expect(HeldChild.codes(outcome).contains("evidence-budget"))
        let taken = try EvidenceStore(child.root).evidence(of: "incident").allocatedByteCount
        // Lists are written even so; blocks are rounded up.
        #expect(taken <= 5 << 20)
        let second = try child.take(child.named("second", child.request(budget: 4 << 20)))
        #expect(HeldChild.codes(second).contains("evidence-budget"))
        #expect(try EvidenceStore(child.root).verify("incident", digest: outcome.digest) == [])
    }

    @Test("a full file system is told, and what was written before verifies")
    func full() throws {
        let home = "/var/tmp/kanaria-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let mounted = try HeldChild.output(
            "/bin/mount", ["-t", "tmpfs", "-o", "size=8m", "none", home])
        try #require(mounted.isEmpty, "\(mounted)")
        defer {
            _ = try? HeldChild.output("/bin/sh", ["-c", "umount -l \(home); rmdir \(home)"])
        }
        let child = try HeldChild(script: Self.script, home: home)
        // The floor is 0, but the room is asked for before; so fill it behind the plan's back.
        var taker = try EvidenceTaker(child.request())
        let filler = try FileDescriptor.open(
            BytePath(home + "/filler"), [.writeOnly, .create])
        try filler.writeAll([UInt8](repeating: 1, count: 7 << 20).span)
        taker.takeProcesses()
        let outcome = taker.finish(events: [], heldMicroseconds: nil, compresses: { true })
        let codes = HeldChild.codes(outcome)
        #expect(
            codes.contains("evidence-disk-floor") || codes.contains("evidence-not-written"),
            "\(codes)")
        if let digest = outcome.digest {
            #expect(try EvidenceStore(child.root).verify("incident", digest: digest) == [])
        }
    }

    struct Change: CustomTestStringConvertible, Sendable {
        var kind: EvidenceFault.Kind
        var file: String
        var command: String
        var testDescription: String { kind.rawValue }
    }

    static let changes = [
        Change(kind: .altered, file: "system.json", command: "echo >> system.json"),
        Change(kind: .missing, file: "events.json", command: "rm events.json"),
        Change(kind: .added, file: "planted", command: "touch planted"),
        Change(kind: .otherManifest, file: "manifest.json", command: "echo >> manifest.json"),
        Change(kind: .noManifest, file: "manifest.json", command: "rm manifest.json"),
        Change(
            kind: .missing, file: "system.json",
            command: "rm system.json; ln -s /etc/hostname system.json"),
    ]

    @Test("every change is found", arguments: changes)
    func changed(change: Change) throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        let outcome = try child.take(child.request())
        _ = try HeldChild.output("/bin/sh", ["-c", "cd \(child.folder); " + change.command])
        let faults = try EvidenceStore(child.root).verify("incident", digest: outcome.digest)
        #expect(faults == [EvidenceFault(change.kind, BytePath(change.file))])
        let listed = try EvidenceStore(child.root).list()
        #expect(listed.map(\.incident) == ["incident"])
        #expect((listed.first?.manifest == nil) == (change.kind == .noManifest))
    }

    @Test(
        "names that lead elsewhere are no incidents", arguments: ["", "..", ".", "a/../b", "/etc"])
    func elsewhere(name: String) throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        _ = try child.take(child.request())
        #expect(throws: Errno.noSuchFile) {
            _ = try EvidenceStore(child.root).evidence(of: name)
        }
    }
}
