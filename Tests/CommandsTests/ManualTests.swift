import Foundation
import Testing

@Suite("The manual pages", .timeLimit(.minutes(2)))
struct ManualTests {
    static let root = #filePath.components(separatedBy: "/Tests/")[0]
    static let languages = ["", "ja."]
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        let built = root("packaging/build-manuals")
        let programs = (Kanaria.program as NSString).deletingLastPathComponent
        let run = try kanaria.call(
            "/usr/bin/env",
            ["python3", built, "--strict", "--programs", programs, "--output", "pages"])
        // Strict: every text of the program's help has its Japanese.
        #expect(run.code == 0, "\(run.error)")
    }

    private func root(_ path: String) -> String { Self.root + "/" + path }

    /// A page as people would search it.
    private func page(_ name: String) throws -> String {
        try #require(kanaria.read("pages/" + name)).replacing("\\-", with: "-")
            .replacing("\\:", with: "").replacing(#/\\f[BIR]/#, with: "")
    }

    /// A command, what its help says, and the commands beneath it.
    private func helps(of path: [String] = []) throws -> [(path: [String], text: String)] {
        let text = try kanaria.run(["help"] + path).output
        let inner = text.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().first ?? ""
        let names = inner.matches(of: #/(?m)^  ([a-z][a-z-]*)(?: |$)/#).map { String($0.1) }
        return try [(path, text)] + names.flatMap { try helps(of: path + [$0]) }
    }

    @Test("kanaria(1) has every verb and every flag that the help tells", arguments: languages)
    func everyFlag(language: String) throws {
        let page = try page("kanaria.\(language)1")
        let all = try helps()
        #expect(all.count > 20)
        for (path, text) in all.dropFirst() {
            let heading = ".SS \"" + (["kanaria"] + path).joined(separator: " ") + "\""
            let section = page.components(separatedBy: heading + "\n").dropFirst().first ?? ""
            let own = section.components(separatedBy: "\n.S")[0]
            #expect(!own.isEmpty, "\(path)")
            for flag in text.matches(of: #/--[a-z][a-z-]*/#).map({ String($0.0) })
            where !["--help", "--version"].contains(flag) {
                #expect(own.contains(flag), "\(path) \(flag)")
            }
        }
    }

    @Test(
        "kanariad(8) and kanaria-notifier(8) have every flag that the help tells",
        arguments: languages, ["kanariad", "kanaria-notifier"])
    func everyDaemonFlag(language: String, name: String) throws {
        let program = (Kanaria.program as NSString).deletingLastPathComponent + "/" + name
        let help = try kanaria.call(program, ["--help"]).output
        let page = try page("\(name).\(language)8")
        let flags = help.matches(of: #/--[a-z-]+/#)
        #expect(flags.count >= 5)
        for flag in flags { #expect(page.contains(flag.0)) }
    }

    /// The keys that the parsers of `Sources/Policies` take, of the notifier's settings or of all
    /// other files.
    private func policyKeys(ofNotifier: Bool = false) throws -> Set<String> {
        let folder = root("Sources/Policies")
        var keys = Set<String>()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where (name == "NotifierSettings.swift") == ofNotifier {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            for list in text.matches(of: #/(?:(?:keys|known) = |fields\()\[([^\]]*)\]/#) {
                keys.formUnion(list.1.matches(of: #/"([a-z0-9-]+)"/#).map { String($0.1) })
            }
        }
        return keys
    }

    @Test("kanaria-policy(5) has every key that the parser knows", arguments: languages)
    func everyKey(language: String) throws {
        let page = try page("kanaria-policy.\(language)5")
        let keys = try policyKeys()
        #expect(keys.isSuperset(of: ["watch", "max-folders", "blake2b", "members", "escrow"]))
        let words = Set(page.matches(of: #/[a-z0-9-]+/#).map { String($0.0) })
        #expect(keys.subtracting(words).isEmpty)
    }

    @Test("kanaria-notifier(8) has every key that the parser knows", arguments: languages)
    func everyNotifierKey(language: String) throws {
        let page = try page("kanaria-notifier.\(language)8")
        let keys = try policyKeys(ofNotifier: true)
        #expect(keys.isSuperset(of: ["give-up-after", "secret-file", "sendmail"]))
        let words = Set(page.matches(of: #/[a-z0-9-]+/#).map { String($0.0) })
        #expect(keys.subtracting(words).isEmpty)
    }

    static let hasMan = FileManager.default.isExecutableFile(atPath: "/usr/bin/man")

    @Test("are pages that man(1) renders without a complaint", .enabled(if: hasMan, "needs man"))
    func rendering() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: kanaria.folder + "/pages")
        #expect(names.count == 8)
        for name in names {
            let run = try kanaria.call(
                "/usr/bin/man", ["--warnings", "-E", "UTF-8", "-Tutf8", "-l", "pages/" + name],
                "", ["MANWIDTH": "80"])
            #expect(run.code == 0 && run.error.isEmpty, "\(name): \(run.error)")
            #expect(run.output.contains("kanaria"))
        }
    }
}
