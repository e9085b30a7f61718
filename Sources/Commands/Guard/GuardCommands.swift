internal import ArgumentParser
internal import Control
internal import FoundationEssentials
internal import Linux
internal import Messages
internal import Policies

/// The verbs that ask or tell the guard.
enum GuardCommands {
    static let all: [any ParsableCommand.Type] = [
        Status.self, Incidents.self, Release.self, Kill.self, CanariesCommand.self,
        ScanCommand.self, Reload.self, LearnCommand.self, DoctorCommand.self, SelfTestCommand.self,
        SelfTestAttacker.self, PolicyCommand.self, JournalCommand.self, EvidenceCommand.self,
    ]
}

/// Flags that all verbs of the guard share.
struct GuardOptions: ParsableArguments {
    /// Where the packaged guard listens.
    static let runDirectory = "/run/kanaria"

    @Option(help: .said("Where the guard listens.", "ガードの制御ソケットがあるディレクトリー。"))
    var runDirectory = Self.runDirectory

    @Flag(help: .said("Print JSON.", "JSON で出力します。"))
    var json = false

    @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
    var lang: String?

    var language: Language { Spoken.language }

    /// Asks the daemon; prints the problem and ends with code 1 if that fails.
    func ask(_ request: ControlRequest) throws -> ControlReply {
        let reply: ControlReply
        do throws(AskError) {
            reply = try ControlClient.ask(request, runDirectory: runDirectory)
        } catch {
            Self.explain(error, language)
            throw ExitCode(1)
        }
        if case .waiting(let report) = reply { try tellWaiting(report) }
        return reply
    }

    /// What is done ends with 0, what is refused with 1.
    private static let waitingCode: Int32 = 75

    /// Says that a second person has to ask as well, and ends the program.
    private func tellWaiting(_ report: PendingReport) throws {
        if json {
            try Self.printJSON(["waiting": report])
        } else {
            Console.output(report.advice.text(language))
        }
        throw ExitCode(Self.waitingCode)
    }

    /// Prints what happened and what to do.
    static func explain(_ error: some Explained, _ language: Language) {
        Console.error("kanaria: " + error.problem.text(language))
        if let hint = error.hint { Console.error("kanaria: " + hint.text(language)) }
    }

    /// Asks for something to be done and tells what was done.
    func order(_ request: ControlRequest) throws {
        guard case .done(let text) = try ask(request) else { return }
        if json { return try Self.printJSON(["done": text]) }
        Console.output(text.text(language))
    }

    /// Prints a value as one line of JSON.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        Console.output(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// The verb `kanaria status`.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: .said("What the guard watches and has seen.", "ガードの状態を表示します。"))
    @OptionGroup var options: GuardOptions
    @Flag(help: .said("Show it once a second until Ctrl-C.", "一秒ごとに表示し続けます (Ctrl-C で終了)。"))
    var watch = false

    func run() throws {
        if watch {
            var watching = StatusWatch(options)
            return try watching.run()
        }
        guard case .status(let report) = try options.ask(.status) else { return }
        if options.json { return try GuardOptions.printJSON(report) }
        let ja = options.language == .ja
        let paths = report.watched.map(\.text).joined(separator: ", ")
        let lines: [(String, String, String)] = [
            ("guard", "ガード", "\(report.version), pid \(report.pid), \(report.mode)"),
            ("policy", "ポリシー", report.policyName),
            ("sensor", "センサー", report.sensor),
            ("watches", "監視対象", paths),
            ("events", "イベント", "\(report.events)"),
            ("overflows", "キューあふれ", "\(report.overflows)"),
            ("rescans", "再走査", rescans(report, ja)),
            ("inspected", "内容の検査", inspections(report, ja)),
            ("sketches", "スケッチ", sketches(report.sketches, ja)),
            ("canaries", "カナリア", "\(report.canariesIntact)/\(report.canariesTotal)"),
            ("planting", "おとり設置", report.planting.text(options.language)),
            ("actors", "追跡中の主体", "\(report.actorsTracked)"),
            ("gate", "ゲート", gate(report, ja)),
            ("frozen", "凍結中", "\(report.incidentsOpen)"),
        ]
        for (en, japanese, value) in lines { Console.output("\(ja ? japanese : en): \(value)") }
        for block in report.blocks {
            Console.output((ja ? "遮断中: " : "turned away: ") + block.text(options.language))
        }
        for held in report.quarantines {
            Console.output((ja ? "読み取り専用: " : "may only read: ") + held.text(options.language))
        }
        for refusal in report.refusals {
            Console.output((ja ? "書き込み拒否: " : "writes refused: ") + refusal.text(options.language))
        }
        if let until = report.isolatedUntil {
            Console.output((ja ? "ネットワークから隔離中: " : "host isolated until: ") + until.text)
        }
        for request in report.pending { Console.output(request.line.text(options.language)) }
        for fault in report.degraded {
            Console.output((ja ? "制限: " : "degraded: ") + fault.text.text(options.language))
        }
    }
}

extension Status {
    /// What the inspector did.
    private func inspections(_ report: StatusReport, _ ja: Bool) -> String {
        let (done, left) = (report.filesInspected, report.filesWithoutOpinion)
        return ja ? "ファイル \(done)、検査できず \(left)" : "\(done) files, \(left) without an opinion"
    }

    /// Whether suspects wait.
    private func gate(_ report: StatusReport, _ ja: Bool) -> String {
        guard let isUp = report.gateIsUp else { return ja ? "なし" : "none" }
        let count = report.gateRaised
        return ja
            ? "\(isUp ? "上" : "下") (上げた回数 \(count))"
            : "\(isUp ? "up" : "down"), raised \(count) times"
    }

    /// What is kept of files.
    private func sketches(_ report: SketchReport, _ ja: Bool) -> String {
        let (files, bytes) = (report.files, report.bytes)
        let state = report.state.rawValue
        return ja
            ? "\(state)、ファイル \(files)、\(bytes) バイト" : "\(state), \(files) files, \(bytes) bytes"
    }

    /// Looks at what changed while changes were lost.
    private func rescans(_ report: StatusReport, _ ja: Bool) -> String {
        let (done, running) = (report.rescans, report.rescansRunning)
        let (files, found) = (report.filesRescanned, report.filesFound)
        return ja
            ? "完了 \(done)、実行中 \(running)、ファイル \(files)、被害の疑い \(found)"
            : "\(done) done, \(running) running, \(files) files, \(found) look encrypted"
    }
}

/// The verb `kanaria release ID`.
struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: .said(
            "Let a frozen tree run on, and a client that was cut off connect again.",
            "凍結したプロセスを再開し、遮断したクライアントの接続を許します。"))
    @OptionGroup var options: GuardOptions
    @Argument(help: .said("Incident.", "インシデントの ID。"))
    var id: String

    func run() throws { try options.order(.release(id: id)) }
}

/// The verb `kanaria kill ID`.
struct Kill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: .said("Kill a frozen tree.", "凍結したプロセスを終了します。"))
    @OptionGroup var options: GuardOptions
    @Argument(help: .said("Incident.", "インシデントの ID。"))
    var id: String

    func run() throws { try options.order(.kill(id: id)) }
}

/// The verb `kanaria reload`.
struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: .said("Put the policy file's present content in force.", "ポリシーを読み直します。"))
    @OptionGroup var options: GuardOptions

    func run() throws { try options.order(.reload) }
}

/// The verb `kanaria policy`.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: .said("Policies of the guard.", "ガードのポリシー。"),
        subcommands: [Check.self])

    /// The verb `kanaria policy check FILE`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Read a policy without running it.", "ポリシーを検査します。"))
        @Argument(help: .said("Policy file.", "ポリシーのファイル。"))
        var file: String
        @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
        var lang: String?

        func run() throws {
            let language = Spoken.language
            let path = BytePath(argument: file)
            let policy = try PolicyFile.read(path, language)
            Console.output("\(path): \(policy.name), \(policy.mode.rawValue)")
        }
    }
}
