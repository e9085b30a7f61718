import Foundation
import Testing

@Suite("The help", .timeLimit(.minutes(2)))
struct HelpTests {
    let kanaria: Kanaria

    init() throws { kanaria = try Kanaria() }

    /// What the program says of a command and all beneath it.
    struct Command: Decodable {
        struct Argument: Decodable {
            var kind: String
            var names: [Name]?
            var valueName: String?
            var abstract: String?
            var shouldDisplay: Bool
        }
        struct Name: Decodable { var name: String }
        struct Dump: Decodable { var command: Command }

        var commandName: String
        var abstract: String?
        var discussion: String?
        var shouldDisplay: Bool
        var arguments: [Argument]?
        var subcommands: [Command]?

        /// Itself and all that people may call beneath it, each with the words that call it.
        func all(_ path: [String] = []) -> [(path: [String], command: Command)] {
            let inner = (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
            return [(path, self)] + inner.flatMap { $0.all(path + [$0.commandName]) }
        }
    }

    private func commands(_ locale: String) throws -> [(path: [String], command: Command)] {
        let run = try kanaria.run(["--experimental-dump-help"], environment: ["LC_ALL": locale])
        let dump = try JSONDecoder().decode(Command.Dump.self, from: Data(run.output.utf8))
        return dump.command.all()
    }

    // Kana and kanji.
    private func isJapanese(_ text: String) -> Bool {
        text.contains(#/[\u{3040}-\u{30FF}\u{3400}-\u{9FFF}]/#)
    }

    @Test("Every command and every argument says what it is for, in the language of the call")
    func everyText() throws {
        for (locale, japanese) in [("C.UTF-8", false), ("ja_JP.UTF-8", true)] {
            let all = try commands(locale)
            #expect(all.count > 25)
            for (path, command) in all {
                let about = try #require(command.abstract, "\(path)")
                #expect(isJapanese(about) == japanese, "\(path): \(about)")
                if let more = command.discussion, !more.isEmpty {
                    #expect(isJapanese(more) == japanese, "\(path): \(more)")
                }
                for argument in command.arguments ?? [] where argument.shouldDisplay {
                    let names = (argument.names ?? []).map(\.name)
                    let place = "\(path) \(names) \(argument.valueName ?? "")"
                    let text = try #require(argument.abstract, "\(place)")
                    #expect(!text.isEmpty, "\(place)")
                    // Those of the parser are translated later.
                    if names.contains("help") || names == ["version"] { continue }
                    #expect(isJapanese(text) == japanese, "\(place): \(text)")
                }
            }
        }
    }

    /// How many columns a line takes on a terminal.
    private func width(_ line: Substring) -> Int {
        line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
    }

    @Test("In Japanese nothing of it is English, no line is too long, and no text is lost")
    func japanese() throws {
        for (path, command) in try commands("ja_JP.UTF-8") {
            let run = try kanaria.run(path + ["--help", "--lang=ja"])
            #expect(run.code == 0 && run.error.isEmpty, "\(run.error)")
            let lines = run.output.split(separator: "\n")
            for line in lines where !line.hasPrefix("使い方: ") {
                #expect(width(line) <= 80, "\(line)")
            }
            let usage = (["使い方: kanaria"] + path).joined(separator: " ")
            #expect(lines.contains { $0.hasPrefix(usage) }, "\(run.output)")
            for word in [
                "OVERVIEW", "USAGE", "ARGUMENTS", "OPTIONS", "SUBCOMMANDS", "default", "See '",
                "Show",
            ] {
                #expect(!run.output.contains(word), "\(path): \(run.output)")
            }
            // Lines are broken within words, as Japanese is.
            let joined = run.output.filter { !$0.isWhitespace }
            let texts =
                [command.abstract, command.discussion] + (command.arguments ?? []).map(\.abstract)
                + (command.subcommands ?? []).map(\.abstract)
            for text in texts.compactMap({ $0 }) where isJapanese(text) {
                #expect(joined.contains(text.filter { !$0.isWhitespace }), "\(path): \(text)")
            }
        }
    }

    @Test(
        "The language stands anywhere, or in the environment",
        arguments: [
            ["--lang", "ja", "--help"], ["--help", "--lang", "ja"],
            ["--lang=ja", "unlock", "--help"],
            ["unlock", "--lang", "ja", "-h"], ["incidents", "--lang=ja", "--help"],
            ["help", "unlock"],
            ["help", "--lang", "ja", "unlock"], ["help", "canaries", "plant"],
        ])
    func language(arguments: [String]) throws {
        let run = try kanaria.run(arguments, environment: ["LANG": "ja_JP.UTF-8", "LC_ALL": ""])
        #expect(run.code == 0 && run.output.contains("\n使い方: kanaria"), "\(run)")
        guard arguments.contains(where: { $0.hasPrefix("--lang") }) else { return }
        let other = try kanaria.run(arguments, environment: ["LC_ALL": "C.UTF-8"])
        #expect(other.output == run.output && other.code == 0, "\(other)")
    }

    @Test("The language before the verb is that of what the verb says")
    func before() throws {
        let run = try kanaria.run(["--lang", "ja", "inspect", "gone"])
        #expect(run.code == 66 && run.error.contains("gone を読めません"), "\(run)")
        let wrong = try kanaria.run(["--lang", "ja", "inspct", "gone"])
        #expect(wrong.code == 64 && wrong.error.contains("'inspect' ではありませんか"), "\(wrong)")
        #expect(try kanaria.run(["--lang", "ja"]).output.contains("持ち出すファイルを封印"))
    }

    @Test("What is no help stays as it is in Japanese", arguments: ["bash", "zsh", "fish"])
    func scripts(shell: String) throws {
        let ja = try kanaria.run(["--generate-completion-script", shell, "--lang=ja"])
        #expect(ja.code == 0 && !ja.output.contains("使い方: "), "\(ja.error)")
        let file = try kanaria.run(["--version"], environment: ["LC_ALL": "ja_JP.UTF-8"])
        #expect(file.output == (try kanaria.run(["--version"]).output))
    }
}
