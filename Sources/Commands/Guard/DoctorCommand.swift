internal import ArgumentParser
internal import Diagnosis
internal import FoundationEssentials
internal import Linux
internal import Messages
internal import Policies

/// The verb `kanaria doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: .said("What this machine allows the guard to do.", "この環境でガードにできることを調べます。"),
        discussion: .said(
            """
            Exit codes: 0 all good, 1 degraded, 2 the guard cannot work, 66 and 78 as kanariad.
            """,
            """
            終了コード: 0 良好、1 機能が制限される、2 動作できない、66 と 78 は kanariad と同じ。
            """))

    @Option(help: .said("Policy whose folders are looked at as well.", "調べるポリシー。"))
    var policy: String?

    @Option(
        help: .said(
            "Socket of the inspector, as kanariad is told of it; the package's where it is there.",
            "インスペクターのソケット (kanariad の --inspector と同じ)。"))
    var inspector: String?

    @Flag(help: .said("Print JSON.", "JSON で出力します。"))
    var json = false

    @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
    var lang: String?

    func run() throws {
        let language = Spoken.language
        let findings = Doctor.examine(
            try policy.map { try PolicyFile.read(BytePath(argument: $0), language) },
            inspector: inspector.map { BytePath(argument: $0) })
        let worst = findings.map(\.level).max() ?? .good
        if json {
            try GuardOptions.printJSON(Report(worst: worst, findings: findings))
        } else {
            for finding in findings { show(finding, language) }
            Console.output(Self.summary(worst).text(language))
        }
        throw ExitCode(worst == .broken ? 2 : worst == .degraded ? 1 : 0)
    }

    private struct Report: Encodable {
        let worst: Finding.Level
        let findings: [Finding]
    }

    private func show(_ finding: Finding, _ language: Language) {
        let word =
            switch finding.level {
            case .good: text("good    ", "良好")
            case .note: text("note    ", "参考")
            case .degraded: text("degraded", "制限")
            case .broken: text("broken  ", "不可")
            }
        Console.output("\(word.text(language))  \(finding.fact.text(language))")
        if let remedy = finding.remedy {
            Console.output("          → \(remedy.text(language))")
        }
    }

    private static func summary(_ worst: Finding.Level) -> Message {
        switch worst {
        case .good, .note: text("the guard can do all it can do", "ガードはすべての機能を使えます")
        case .degraded: text("the guard works, but lacks something", "ガードは動作しますが、機能が制限されます")
        case .broken: text("the guard cannot work", "ガードは動作できません")
        }
    }
}

/// Reads a policy for a command; says what is wrong and ends the program if that fails.
enum PolicyFile {
    static func read(_ path: BytePath, _ language: Language) throws -> GuardPolicy {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor.open(path).readToEnd(limit: 1 << 20)
        } catch {
            let problem = text(
                "cannot read the policy \(path): \(error)", "ポリシー \(path) を読めません: \(error)")
            Console.error("kanaria: " + problem.text(language))
            throw ExitCode(66)
        }
        do throws(PolicyError) {
            return try GuardPolicy.parse(bytes: bytes)
        } catch {
            let place = error.place == nil ? " " : ""
            Console.error("kanaria: \(path):\(place)\(error.problem.text(language))")
            if let hint = error.hint { Console.error("kanaria: " + hint.text(language)) }
            throw ExitCode(78)
        }
    }
}
