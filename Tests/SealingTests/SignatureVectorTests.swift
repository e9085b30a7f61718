import Age
import Foundation
import Linux
import Testing

@testable import Sealing

private let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

@Suite("Signature vectors")
struct SignatureVectorTests {
    @Test("There are all of them")
    func count() {
        #expect(SignatureVector.all.count == 38)
    }

    @Test("Each is judged as it says", arguments: SignatureVector.all)
    func judged(_ vector: SignatureVector) throws {
        let place = try Workplace()
        try place.write("sealed", vector.file)
        var unlocking = Unlocking(identities: [
            try X25519Identity(try vector.field("identity"))
        ])
        unlocking.demands.trusted = [try IssuerKey(try vector.field("issuer"))]
        unlocking.demands.requiresSignature = true
        unlocking.demands.now = Int64(try vector.field("now"))
        var found = "ok"
        do throws(UnlockError) {
            try unlocking.unlock(.path(place.path("sealed")), to: .path(place.path("plain")))
        } catch {
            guard case .policy(_, let error) = error else { throw error }
            found = error.name
        }
        #expect(found == (try vector.field("expect")))
        #expect(place.names == (found == "ok" ? ["plain", "sealed"] : ["sealed"]))
    }

    @Test("Without a key the same is known, but for the file key", arguments: SignatureVector.all)
    func inspected(_ vector: SignatureVector) throws {
        let place = try Workplace()
        try place.write("sealed", vector.file)
        let found = try Inspection(.path(place.path("sealed")), readingPayload: true)
        let expected = try vector.field("expect")
        switch found.signature {
        case .missing: #expect(expected == "missing")
        case .broken(let error): #expect(expected == error.name)
        case .valid:
            let held = ["ok", "expired", "notYetValid", "otherPayload", "otherFileKey"]
            #expect(held.contains(expected))
            #expect(found.isPayloadSigned == (expected != "otherPayload"))
        }
    }

    @Test(
        "The second implementation agrees on what is sealed here",
        .enabled(if: hasPython, "needs python3"), .timeLimit(.minutes(1)),
        arguments: [0, 10, 65536, 65537])
    func reference(_ size: Int) throws {
        let place = try Workplace()
        try place.write("plain", pattern(size))
        let identity = try X25519Identity.generate()
        var protection = Protection(recipients: [identity.recipient])
        var terms = PolicyTerms()
        terms.purpose = "共同研究"
        terms.notAfter = 4_000_000_000
        protection.signing = try Signing(key: .generate(), terms: terms)
        try protection.protect(.path(place.path("plain")), to: .path(place.path("sealed")))
        #expect(try check("sealed", place) == "ok")
        var bytes = try #require(place.read("sealed"))
        bytes[bytes.count - 17 - min(size, 3)] ^= 1
        try place.write("changed", bytes)
        #expect(try check("changed", place) == "otherPayload")
    }

    private func check(_ name: String, _ place: Workplace) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [SignatureVector.reference, "check", name, "-"]
        process.currentDirectoryURL = URL(filePath: place.folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
