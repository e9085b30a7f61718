import Age
import Foundation
import Linux
import Testing

@testable import Sealing

@Suite("Removing a folder that was sealed")
struct FolderRemovalTests {
    let place: Workplace
    let identity: X25519Identity

    init() throws {
        place = try Workplace()
        identity = try X25519Identity.generate()
        try FileManager.default.createDirectory(
            atPath: place.folder + "/in/deep/er", withIntermediateDirectories: true)
        try place.write("in/a", pattern(100_000))
        try place.write("in/deep/b", pattern(10))
        try place.write("in/deep/er/名前", [])
        try FileManager.default.createSymbolicLink(
            atPath: place.folder + "/in/link", withDestinationPath: "a")
        try FileManager.default.linkItem(
            atPath: place.folder + "/in/a", toPath: place.folder + "/in/deep/a-again")
    }

    /// Seals `in`, lets `body` happen, then removes as `protect` does.
    private func remove(
        _ path: String = "in", after body: () throws -> Void
    ) throws -> ProtectError? {
        let source = Source.path(place.path("in"))
        let protection = Protection(recipients: [identity.recipient])
        let opened = try OpenedSource(source, isRemoved: true)
        let header = try NewHeader(protection.recipients)
        let file = try FileDescriptor.open(place.path("sealed"), [.writeOnly, .create, .exclusive])
        try protection.stream(opened, source, to: file, header, Progress())
        try body()
        do throws(ProtectError) {
            try protection.removeSource(
                opened, place.path(path), sealed: place.path("sealed"), header.fileKey)
            return nil
        } catch {
            return error
        }
    }

    private var left: [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: place.folder + "/in"))?.sorted() ?? []
    }

    @Test("All of it goes when nothing happened", arguments: ["in", "in/", "in//"])
    func goes(path: String) throws {
        #expect(try remove(path) {} == nil)
        #expect(place.names == ["sealed"])
        try Unlocking(identities: [identity]).unpack(
            .path(place.path("sealed")), to: place.path("out"))
        #expect(place.read("out/deep/a-again") == pattern(100_000))
    }

    /// What happens between sealing and removing, and what stays.
    struct Meanwhile: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let kept: [BytePath]
        let left: [String]
        let change: @Sendable (Workplace) throws -> Void
    }

    static let meanwhile = [
        Meanwhile(
            testDescription: "a file is changed", kept: ["deep/b"], left: ["deep", "deep/b"]
        ) { try $0.write("in/deep/b", pattern(11)) },
        Meanwhile(
            testDescription: "a file is replaced by one like it", kept: ["deep/b"],
            left: ["deep", "deep/b"]
        ) {
            let status = try FileStatus.of($0.path("in/deep/b"))
            try $0.write("new", pattern(10))
            let new = try FileDescriptor.open($0.path("new"), .readWrite)
            try new.setTimes(accessed: status.accessed, modified: status.modified)
            try $0.run("/bin/mv", ["new", "in/deep/b"])
        },
        Meanwhile(testDescription: "a file comes", kept: ["new"], left: ["new"]) {
            try $0.write("in/new", [1])
        },
        Meanwhile(
            testDescription: "a file comes into a folder", kept: ["deep/er", "deep/er/new"],
            left: ["deep", "deep/er", "deep/er/new"]
        ) { try $0.write("in/deep/er/new", [1]) },
        Meanwhile(
            testDescription: "a link leads elsewhere", kept: ["link"], left: ["link"]
        ) { try $0.run("/bin/ln", ["-sfn", "deep", "in/link"]) },
        Meanwhile(
            testDescription: "a folder becomes a link out", kept: ["deep"], left: ["deep"]
        ) {
            try $0.run("/bin/mv", ["in/deep", "moved"])
            try $0.run("/bin/ln", ["-s", "../moved", "in/deep"])
        },
    ]

    @Test("What was not sealed as it is stays and is named", arguments: meanwhile)
    func kept(_ case: Meanwhile) throws {
        let error = try remove { try `case`.change(place) }
        #expect(error == .entriesKept(place.path("in"), `case`.kept))
        #expect(left == `case`.left)
        // Whatever is behind a link is not ours to remove.
        if place.names.contains("moved") { #expect(place.read("moved/b") == pattern(10)) }
    }

    @Test("What is gone already is no error")
    func gone() throws {
        let error = try remove { try place.run("/bin/rm", ["in/deep/b"]) }
        #expect(error == nil)
        #expect(place.names == ["sealed"])
    }

    @Test("All of it stays when the sealed file does not authenticate")
    func damaged() throws {
        let before = left
        let error = try remove {
            var sealed = try #require(place.read("sealed"))
            sealed[sealed.count / 2] ^= 1
            try place.write("sealed", sealed)
        }
        guard case .readBack = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(left == before)
    }

    @Test("Only what was looked through is sealed", arguments: ["in", "in/deep/b"])
    func reviewed(name: String) throws {
        var protection = Protection(recipients: [identity.recipient])
        let names = ["in/a", "in/deep/b", "in/deep/er/名前", "in/deep/a-again"]
        protection.reviewed = Set(try names.map { try FileStatus.of(place.path($0)).stamp })
        let source = Source.path(place.path(name))
        try protection.protect(source, to: .path(place.path("sealed")))
        try place.write("in/deep/b", pattern(10))
        var found: ProtectError?
        do throws(ProtectError) {
            try protection.protect(source, to: .path(place.path("again")))
        } catch {
            found = error
        }
        let expected: ProtectError =
            name == "in"
            ? .folder(place.path("in"), .changed("deep/b")) : .sourceChanged(place.path(name))
        #expect(found == expected)
        #expect(place.names == ["in", "sealed"])
    }
}
