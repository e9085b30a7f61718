import Age
import Foundation
import Linux
import Testing

@testable import Sealing

@Suite("Folders")
struct FolderTests {
    let place: Workplace
    let identity: X25519Identity

    init() throws {
        place = try Workplace()
        identity = try X25519Identity.generate()
    }

    @Test("A folder comes back, and tar reads it")
    func roundTrip() throws {
        let deep =
            "in/" + String(repeating: "d", count: 90) + "/" + String(repeating: "e", count: 90)
        try FileManager.default.createDirectory(
            atPath: place.folder + "/" + deep, withIntermediateDirectories: true)
        try place.write("in/a", pattern(70_000))
        try place.write("in/empty", [])
        try place.write(deep + "/b", pattern(513))
        try FileManager.default.createSymbolicLink(
            atPath: place.folder + "/in/link", withDestinationPath: "a")
        let folder = try FileDescriptor.open(place.path("in"), [.readOnly, .directory])
        _ = try folder.open(BytePath([0xff, 0x41]), [.writeOnly, .create])
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("in")), to: .path(place.path("sealed")))
        let unlocking = Unlocking(identities: [identity])
        try unlocking.unpack(.path(place.path("sealed")), to: place.path("out"))
        #expect(try place.run("/usr/bin/diff", ["-r", "--no-dereference", "in", "out"]) == 0)
        try unlocking.unlock(.path(place.path("sealed")), to: .path(place.path("tar")))
        try FileManager.default.createDirectory(
            atPath: place.folder + "/untarred", withIntermediateDirectories: false)
        #expect(try place.run("/usr/bin/tar", ["-xf", "tar", "-C", "untarred"]) == 0)
        #expect(try place.run("/usr/bin/diff", ["-r", "--no-dereference", "in", "untarred"]) == 0)
        #expect(place.names == ["in", "out", "sealed", "tar", "untarred"])
    }

    @Test("Folders keep their times")
    func folderTimes() throws {
        try FileManager.default.createDirectory(
            atPath: place.folder + "/in/a/b", withIntermediateDirectories: true)
        try place.write("in/a/b/file", pattern(3))
        for (name, time) in [("in/a/b", "@1000000001"), ("in/a", "@1000000002")] {
            #expect(try place.run("/usr/bin/touch", ["-d", time, name]) == 0)
        }
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("in")), to: .path(place.path("sealed")))
        try Unlocking(identities: [identity]).unpack(
            .path(place.path("sealed")), to: place.path("out"))
        #expect(try FileStatus.of(place.path("out/a/b")).modified == 1_000_000_001_000_000_000)
        #expect(try FileStatus.of(place.path("out/a")).modified == 1_000_000_002_000_000_000)
    }

    @Test("The reason why a folder can't be listed is told")
    func unreadable() throws {
        try FileManager.default.createDirectory(
            atPath: place.folder + "/gone", withIntermediateDirectories: false)
        let gone = try FileDescriptor.open(place.path("gone"), [.readOnly, .directory])
        try FileManager.default.removeItem(atPath: place.folder + "/gone")
        var found: TransferError?
        do throws(TransferError) { _ = try FolderSource(gone) } catch { found = error }
        #expect(found == .folder(.read("", .noSuchFile)))
    }

    /// An archive that must not be unpacked.
    struct Hostile: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let entries: [TarHeader]
        let error: FolderError
    }

    static func entry(
        _ name: BytePath, _ kind: TarHeader.Kind, _ target: BytePath = ""
    ) -> TarHeader {
        TarHeader(
            name: name, kind: kind, permissions: 0o600, byteCount: 0, modified: 0,
            linkTarget: target)
    }

    static let hostile = [
        Hostile(
            testDescription: "absolute", entries: [entry("/etc/x", .file)],
            error: .unsafeName("/etc/x")),
        Hostile(
            testDescription: "upwards", entries: [entry("a/../../x", .file)],
            error: .unsafeName("a/../../x")),
        Hostile(
            testDescription: "link out", entries: [entry("l", .link, "../x")],
            error: .unsafeLink("l")),
        Hostile(
            testDescription: "absolute link", entries: [entry("l", .link, "/etc")],
            error: .unsafeLink("l")),
        Hostile(
            testDescription: "through a link",
            entries: [entry("d/", .folder), entry("l", .link, "d"), entry("l/x", .file)],
            error: .write("l/x", .symbolicLink)),
        Hostile(
            testDescription: "twice", entries: [entry("a", .file), entry("a", .file)],
            error: .collision("a")),
    ]

    @Test("Hostile archives leave nothing", arguments: hostile)
    func refused(_ hostile: Hostile) throws {
        let bytes = hostile.entries.flatMap { $0.encoded() } + [UInt8](repeating: 0, count: 1024)
        try place.write("tar", bytes)
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("tar")), to: .path(place.path("sealed")))
        let output = place.path("out")
        #expect(throws: UnlockError.folder(output, hostile.error)) {
            try Unlocking(identities: [identity]).unpack(
                .path(place.path("sealed")), to: output)
        }
        #expect(place.names == ["sealed", "tar"])
    }
}
