import Age
import Foundation
import Linux
import Testing

@testable import Sealing

@Suite("Terminals")
struct TerminalTests {
    @Test("Bytes are kept from a terminal")
    func refused() throws {
        let place = try Workplace()
        try place.write("plain", pattern(10))
        let source = Source.path(place.path("plain"))
        let protection = Protection(recipients: [try X25519Identity.generate().recipient])
        let opened = try OpenedSource(source)
        let header = try NewHeader(protection.recipients)
        let terminal = try FileDescriptor.open("/dev/ptmx", [.readWrite])
        var found: ProtectError?
        do throws(ProtectError) {
            try protection.stream(opened, source, to: terminal, header, Progress())
        } catch {
            found = error
        }
        #expect(found == .outputIsTerminal)
    }

    private static let hasScript = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

    @Test(
        "Plaintext comes to a terminal only when it is asked for and is text",
        .enabled(if: hasScript, "needs script(1)"), .timeLimit(.minutes(1)),
        arguments: [
            ("protect -r KEY < text", 64, "bytes are not written"),
            ("protect -a -r KEY < text", 0, "BEGIN AGE"),
            ("unlock -i id < text.age", 64, "unasked"),
            ("unlock -i id -o - text.age", 0, "日本語"),
            ("unlock -i id --to-stdout bytes.age", 64, "not text"),
            ("unlock -i id -o - escape.age", 64, "not text"),
        ] as [(String, Int32, String)])
    func asked(_ arguments: String, _ code: Int32, _ expected: String) throws {
        let place = try Workplace()
        let identity = try X25519Identity.generate()
        let key = identity.recipient.text
        try place.write("id", Array((identity.secretText() + "\n").utf8))
        try place.write("text", Array("日本語\ttext\r\n".utf8))
        try place.write("bytes", [0x41, 0, 0x42])
        try place.write("escape", Array("\u{1b}]0;title\u{7}".utf8))
        #expect(try place.shell("$kanaria protect -r \(key) text bytes escape").code == 0)
        let call = "$kanaria " + arguments.replacingOccurrences(of: "KEY", with: key)
        let ending = try place.shell("script --quiet --return --command '\(call)' screen")
        #expect(ending.code == code)
        #expect(ending.output.contains(expected))
    }
}
