import Foundation
import Testing

@Suite("Passphrases", .timeLimit(.minutes(2)))
struct PassphraseTests {
    let kanaria: Kanaria
    private let secret = "正しい馬 battery"

    init() throws {
        kanaria = try Kanaria()
        try kanaria.write("plain", "patients")
    }

    @Test("It is asked for twice when sealing, once when opening, and never shown")
    func roundTrip() throws {
        let sealed = try kanaria.ask(["protect", "-p", "plain"], [.line(secret), .line(secret)])
        #expect(sealed.code == 0, "\(sealed.screen)")
        let opened = try kanaria.ask(["unlock", "plain.age", "-o", "back"], [.line(secret)])
        #expect(opened.code == 0, "\(opened.screen)")
        #expect(kanaria.read("back") == "patients")
        for run in [sealed, opened] {
            #expect(!run.screen.contains("battery"))
            #expect(run.echoes.allSatisfy { !$0 })
            #expect(run.echoesAfterwards)
        }
    }

    @Test("Two different entries seal nothing")
    func different() throws {
        let run = try kanaria.ask(["protect", "-p", "plain"], [.line("one"), .line("two")])
        #expect(run.code == 66)
        #expect(run.screen.contains("differ"))
        #expect(kanaria.names == ["plain"])
    }

    @Test("An empty entry seals nothing")
    func empty() throws {
        let run = try kanaria.ask(["protect", "-p", "plain", "--lang", "ja"], [.line("")])
        #expect(run.code == 66)
        #expect(run.screen.contains("パスフレーズが空です"))
    }

    @Test("A signal gives the echo back before it ends the program", arguments: [2, 15, 1])
    func signal(number: Int32) throws {
        let run = try kanaria.ask(["protect", "-p", "plain"], [.signal(number)])
        #expect(run.code == -number)
        #expect(run.echoes == [false])
        #expect(run.echoesAfterwards)
        #expect(kanaria.names == ["plain"])
    }

    @Test("Without a terminal a descriptor is asked for")
    func noTerminal() throws {
        let run = try kanaria.run(["protect", "-p", "plain"])
        #expect(run.code == 66)
        #expect(run.error.contains("--passphrase-fd"))
        #expect(kanaria.names == ["plain"])
        try kanaria.run(["protect", "--passphrase-fd", "0", "plain"], input: secret)
        let opening = try kanaria.run(["unlock", "plain.age", "-o", "back"])
        #expect(opening.code == 66)
        #expect(opening.error.contains("plain.age: there is no terminal to ask at"))
        #expect(opening.error.contains("--passphrase-fd"))
    }

    @Test("A descriptor gives it without a terminal")
    func descriptor() throws {
        let sealing = ["protect", "--passphrase-fd", "0", "plain"]
        #expect(try kanaria.run(sealing, input: secret + "\nmore").code == 0)
        let opening = ["unlock", "--passphrase-fd", "0", "plain.age", "-o", "back"]
        #expect(try kanaria.run(opening, input: "another\n").code == 77)
        #expect(try kanaria.run(opening, input: secret).code == 0)
        #expect(kanaria.read("back") == "patients")
    }

    @Test("A file sealed to keys asks for no passphrase")
    func keysOnly() throws {
        try kanaria.run(["keygen", "-o", "key"])
        let recipient = try kanaria.run(["keygen", "-y", "key"]).output
        try kanaria.write("recipients", recipient)
        #expect(try kanaria.run(["protect", "-R", "recipients", "plain"]).code == 0)
        let run = try kanaria.run(["unlock", "plain.age", "-o", "back"])
        #expect(run.code == 77, "\(run.error)")
    }
}
