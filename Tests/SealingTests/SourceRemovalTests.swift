import Age
import Linux
import Testing

@testable import Sealing

@Suite("Removing the source")
struct SourceRemovalTests {
    let place: Workplace
    let identity: X25519Identity

    init() throws {
        place = try Workplace()
        identity = try X25519Identity.generate()
        try place.write("plain", pattern(100_000))
    }

    /// Seals `plain`, lets `body` happen, then removes as `protect` does.
    private func remove(after body: () throws -> Void) throws -> ProtectError? {
        let source = Source.path(place.path("plain"))
        let protection = Protection(recipients: [identity.recipient])
        let opened = try OpenedSource(source)
        let header = try NewHeader(protection.recipients)
        let file = try FileDescriptor.open(place.path("sealed"), [.writeOnly, .create, .exclusive])
        try protection.stream(opened, source, to: file, header, Progress())
        try body()
        do throws(ProtectError) {
            try protection.removeSource(
                opened, place.path("plain"), sealed: place.path("sealed"), header.fileKey)
            return nil
        } catch {
            return error
        }
    }

    @Test("It goes when nothing happened")
    func goes() throws {
        #expect(try remove {} == nil)
        #expect(place.names == ["sealed"])
    }

    @Test("It stays when it was changed meanwhile")
    func changed() throws {
        let kept = try remove { try place.write("plain", pattern(100_001)) }
        #expect(kept == .sourceKept(place.path("plain")))
        #expect(place.read("plain") == pattern(100_001))
    }

    @Test("It stays when another file has its name")
    func replaced() throws {
        let kept = try remove {
            let folder = try FileDescriptor.open(BytePath(place.folder), [.readOnly, .directory])
            try folder.rename("plain", to: "moved")
            try place.write("plain", pattern(100_000))
        }
        #expect(kept == .sourceKept(place.path("plain")))
        #expect(place.names == ["moved", "plain", "sealed"])
    }

    @Test("It stays when the sealed file does not authenticate", arguments: [300, 70_000, 99_999])
    func damaged(byte: Int) throws {
        let kept = try remove {
            var sealed = try #require(place.read("sealed"))
            sealed[byte] ^= 1
            try place.write("sealed", sealed)
        }
        guard case .readBack(place.path("sealed"), _) = kept else {
            Issue.record("\(String(describing: kept))")
            return
        }
        #expect(place.read("plain") == pattern(100_000))
    }

    @Test("It stays when the sealed file is cut")
    func cut() throws {
        let kept = try remove {
            let sealed = try #require(place.read("sealed"))
            try place.write("sealed", Array(sealed.dropLast(40_000)))
        }
        guard case .readBack = kept else {
            Issue.record("\(String(describing: kept))")
            return
        }
        #expect(place.names == ["plain", "sealed"])
    }
}
