internal import ArgumentParser
internal import Control
internal import Linux
internal import Messages

/// The verb `kanaria incidents`.
struct Incidents: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: .said("Attacks that were found.", "検出した攻撃を表示します。"),
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    /// The verb `kanaria incidents list`, which is meant where none is named.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("The newest ones.", "新しいものから一覧表示します。"))
        @OptionGroup var options: GuardOptions
        @Option(help: .said("How many at most.", "表示する最大の数。"))
        var limit = 20

        func run() throws {
            guard case .incidents(let reports) = try options.ask(.incidents(limit: limit)) else {
                return
            }
            if options.json { return try GuardOptions.printJSON(reports) }
            if reports.isEmpty {
                let none = Message(en: "no incidents", ja: "インシデントはありません")
                return Console.output(none.text(options.language))
            }
            for report in reports {
                let nobody = Message(en: "by nobody that is known", ja: "実行者は不明")
                let actor =
                    report.actor.pid == 0
                    ? nobody.text(options.language)
                    : "\(report.actor.executable.text) (\(report.actor.pid))"
                Console.output("\(report.id) \(report.state.rawValue) \(report.reason) \(actor)")
                if let refused = report.refusedProcesses {
                    let numbers = refused.map { "\($0)" }.joined(separator: ", ")
                    let goesOn = Message(
                        en: "NOT stopped, may not be signalled: \(numbers)",
                        ja: "阻止できず (シグナルの送信が許可されません): \(numbers)")
                    Console.output("    \(goesOn.text(options.language))")
                }
                for line in report.clientLines + (report.evidence?.lines ?? []) {
                    Console.output("    \(line.text(options.language))")
                }
                for file in report.files {
                    Console.output("    \(file.contentClass) \(file.path.text)")
                }
            }
        }
    }

    /// The verb `kanaria incidents show ID`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said(
                "What one was decided by: each file before and after, and each weight.",
                "一件の判定の根拠 (各ファイルの前後と重み) を表示します。"))
        @OptionGroup var options: GuardOptions
        @Argument(help: .said("Incident.", "インシデントの ID。"))
        var id: String

        func run() throws {
            let all = ControlRequest.incidents(limit: ControlRequest.counts.upperBound)
            guard case .incidents(let reports) = try options.ask(all) else { return }
            guard let report = reports.first(where: { $0.id == id }) else {
                let missing = Message(
                    en: "there is no incident \(id); see kanaria incidents",
                    ja: "インシデント \(id) はありません (kanaria incidents で確認できます)")
                Console.error("kanaria: " + missing.text(options.language))
                throw ExitCode(1)
            }
            if options.json { return try GuardOptions.printJSON(report) }
            for line in report.explanation { Console.output(line.text(options.language)) }
        }
    }
}
