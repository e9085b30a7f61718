import Foundation
import Testing

@Suite("Wrong arguments", .timeLimit(.minutes(1)))
struct UsageTests {
    let kanaria: Kanaria

    init() throws { kanaria = try Kanaria() }

    @Test("The version is told")
    func version() throws {
        let run = try kanaria.run(["--version"])
        #expect(run.code == 0 && run.output.hasPrefix("0."), "\(run.output)")
    }

    @Test("Without a verb it says what can be done next")
    func nextSteps() throws {
        let english = try kanaria.run([])
        #expect(english.code == 0 && english.output.contains("kanaria protect -r"))
        let japanese = try kanaria.run([], environment: ["LC_ALL": "ja_JP.UTF-8"])
        #expect(japanese.code == 0 && japanese.output.contains("持ち出すファイルを封印"))
        for text in [english.output, japanese.output] {
            // Each line of advice is a verb that exists.
            let verbs = text.matches(of: #/(?m)^  (?:sudo )?kanaria ([a-z]+)/#)
            #expect(verbs.count >= 4)
            for verb in verbs {
                #expect(try kanaria.run(["help", String(verb.1)]).code == 0, "\(verb.1)")
            }
        }
    }

    /// Arguments that nobody can have meant.
    struct Wrong: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let en: String
        let ja: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let wrong = [
        Wrong(
            arguments: ["statsu"], en: "Error: Unknown command 'statsu'. Did you mean 'status'?",
            ja: "エラー: コマンド 'statsu' はありません。'status' ではありませんか？"),
        Wrong(
            arguments: ["unlok", "a.age", "-o", "b"], en: "Did you mean 'unlock'?",
            ja: "'unlock' ではありませんか？"),
        Wrong(
            arguments: ["canaries", "lits"], en: "Unknown command 'lits'. Did you mean 'list'?",
            ja: "コマンド 'lits' はありません。'list' ではありませんか？"),
        Wrong(
            arguments: ["encipher"], en: "Error: Unknown command 'encipher'\n",
            ja: "エラー: コマンド 'encipher' はありません\n"),
        // What is hidden is not suggested.
        Wrong(
            arguments: ["selftest-attackr"], en: "Error: Unknown command 'selftest-attackr'\n",
            ja: "エラー: コマンド 'selftest-attackr' はありません\n"),
        Wrong(
            arguments: ["unlock", "--nothing-like-it"],
            en: "Error: Unknown option '--nothing-like-it'",
            ja: "エラー: オプション '--nothing-like-it' はありません"),
        Wrong(
            arguments: ["protect", "--recipents", "x"], en: "Did you mean '--recipient'?",
            ja: "'--recipient' ではありませんか？"),
        Wrong(arguments: ["protect", "-o"], en: "Missing value for '-o", ja: "' に値がありません"),
        Wrong(
            arguments: ["verify"], en: "Missing expected argument '<file>'",
            ja: "引数 '<file>' がありません"),
        Wrong(
            arguments: ["inspect", "a", "名前"], en: "Unexpected argument '名前'",
            ja: "引数 '名前' は余分です"),
        Wrong(
            arguments: ["protect", "--progress", "loud"], en: "The value 'loud' is invalid for '",
            ja: "'auto', 'always', 'never'、'json' のいずれか"),
        Wrong(
            arguments: ["protect", "--armor=yes"], en: "does not take any value",
            ja: "は値を取りませんが、'yes' が指定されました"),
        Wrong(
            arguments: ["protect", "--per-recipient", "--remove-source"],
            en: "exclude each other", ja: "併用できません"),
    ]

    @Test("They are told in the reader's language, with the usage", arguments: wrong)
    func told(_ wrong: Wrong) throws {
        let english = try kanaria.run(wrong.arguments)
        #expect(english.code == 64)
        #expect(english.error.contains(wrong.en), "\(english.error)")
        #expect(english.error.contains("\nUsage: kanaria "))
        for (arguments, environment) in [
            (wrong.arguments + ["--lang=ja"], [:]), (wrong.arguments, ["LC_ALL": "ja_JP.UTF-8"]),
        ] {
            let japanese = try kanaria.run(arguments, environment: environment)
            // The option is the value that was missing.
            if arguments.contains("-o"), environment.isEmpty { continue }
            #expect(japanese.code == 64)
            #expect(japanese.error.contains(wrong.ja), "\(japanese.error)")
            #expect(japanese.error.contains("\n使い方: kanaria "), "\(japanese.error)")
            #expect(!japanese.error.contains("Error:"))
        }
    }

    @Test(
        "A command is the same whether the parser knows the others or not",
        arguments: ["protect", "unlock", "recipients", "keygen"])
    func help(command: String) throws {
        let alone = try kanaria.run([command, "--help"])
        let among = try kanaria.run(["help", command])
        #expect(alone.code == 0 && alone.output.contains("USAGE: kanaria \(command) "))
        // Only the mention of the help itself differs.
        let options = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("  -") }
        }
        #expect(options(alone.output) == options(among.output))
        #expect(try kanaria.run(["--help"]).output.contains("  \(command) "))
    }

    @Test("Whoever opens a folder like a file is told that it is an archive")
    func archive() throws {
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.write("key.pub", try kanaria.run(["keygen", "-y", "key"]).output)
        try kanaria.call("/bin/bash", ["-c", "mkdir in; cp key.pub in/"])
        try kanaria.run(["protect", "-R", "key.pub", "in", "key.pub"])
        let file = try kanaria.run(["unlock", "-i", "key", "-o", "file", "key.pub.age"])
        #expect(file.code == 0 && file.error.isEmpty)
        let folder = try kanaria.run(["unlock", "-i", "key", "-o", "out", "in.age"])
        #expect(folder.code == 0 && folder.error.contains("--folder"), "\(folder.error)")
        let ja = try kanaria.run(["unlock", "--lang=ja", "-i", "key", "-o", "ja", "in.age"])
        #expect(ja.error.contains("アーカイブ"), "\(ja.error)")
        #expect(
            try kanaria.run(["unlock", "-i", "key", "--folder", "-o", "new", "in.age"]).error == "")
    }

    @Test(
        "A terminal is not read unless that is asked for",
        arguments: [["protect", "-R", "key.pub"], ["unlock", "-i", "key"], ["inspect"]])
    func terminal(command: [String]) throws {
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.write("key.pub", try kanaria.run(["keygen", "-y", "key"]).output)
        let run = try kanaria.ask(command, [])
        #expect(run.code == 64 && run.screen.contains("no file is named"), "\(run.screen)")
    }

    @Test("A name that is not UTF-8 is shown with its bytes")
    func bytes() throws {
        let command = "'\(Kanaria.program)' inspect a \"$(printf 'x\\377')\""
        let run = try kanaria.call("/bin/sh", ["-c", command])
        #expect(run.code == 64 && run.error.contains("'x\\xff'"), "\(run.error)")
    }
}
