internal import ArgumentParser
internal import Control
internal import Linux
internal import Messages

/// The verb `kanaria canaries`.
struct CanariesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canaries",
        abstract: .said("The decoys of the running guard.", "ガードのおとりファイル。"),
        subcommands: [List.self, Plant.self, Retire.self])

    /// The verb `kanaria canaries list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Every canary and how it is.", "おとりファイルの一覧と状態を表示します。"))
        @OptionGroup var options: GuardOptions

        func run() throws {
            var all = [CanaryReport]()
            let page = ControlRequest.counts.upperBound
            while true {
                let request = ControlRequest.canariesList(offset: all.count, limit: page)
                guard case .canaries(let reports) = try options.ask(request) else { return }
                all += reports
                if reports.count < page { break }
            }
            if options.json { return try GuardOptions.printJSON(all) }
            if all.isEmpty {
                let none = Message(en: "no canaries", ja: "おとりファイルはありません")
                return Console.output(none.text(options.language))
            }
            for canary in all {
                Console.output("\(canary.state.text(options.language)) \(canary.path.text)")
            }
        }
    }

    /// The verb `kanaria canaries plant`.
    struct Plant: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said(
                "Plant where there are none, and wait until they are guarded.",
                "おとりファイルを置き、監視が始まるまで待ちます。"))
        @OptionGroup var options: GuardOptions
        @Flag(help: .said("Only say how many folders would get some.", "置かれるフォルダーの数だけを表示します。"))
        var dryRun = false

        func run() throws {
            let request = ControlRequest.canariesPlant(isDryRun: dryRun)
            guard case .planting(var report) = try options.ask(request) else { return }
            if report.state == .off {
                let off = Message(
                    en: "kanaria: the policy plants no canaries (canaries.enabled)",
                    ja: "kanaria: ポリシーでおとりファイルが無効です (canaries.enabled)")
                Console.error(off.text(options.language))
                throw ExitCode(1)
            }
            while !dryRun, report.state == .running {
                Clock.sleep(nanoseconds: 50_000_000)
                guard case .status(let status) = try options.ask(.status) else { return }
                report = status.planting
            }
            if options.json { return try GuardOptions.printJSON(report) }
            Console.output(text(report).text(options.language))
        }

        private func text(_ report: PlantingReport) -> Message {
            if dryRun {
                return Message(
                    en: "\(report.foldersLeft) folders would get canaries",
                    ja: "\(report.foldersLeft) 個のフォルダーにおとりファイルを置きます (予定)")
            }
            return Message(
                en:
                    "\(report.planted) canaries planted since the start, \(report.failures) folders failed",
                ja: "起動後に \(report.planted) 個のおとりファイルを置きました。失敗したフォルダー: \(report.failures)")
        }
    }

    /// The verb `kanaria canaries retire`.
    struct Retire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said(
                "Remove every canary that is as it was planted; plant no more until asked.",
                "変更されていないおとりファイルをすべて取り除きます。"))
        @OptionGroup var options: GuardOptions
        @Flag(help: .said("Only say which would be removed.", "取り除かれるものだけを表示します。"))
        var dryRun = false

        func run() throws {
            let request = ControlRequest.canariesRetire(isDryRun: dryRun)
            guard case .retired(let report) = try options.ask(request) else { return }
            if options.json {
                try GuardOptions.printJSON(report)
            } else {
                Console.output(text(report).text(options.language))
                for canary in report.kept { Console.output("  \(canary.path.text)") }
            }
            if report.keptCount > 0 { throw ExitCode(1) }
        }

        private func text(_ report: RetirementReport) -> Message {
            let counts = (report.removed, report.gone, report.keptCount)
            return dryRun
                ? Message(
                    en:
                        "\(counts.0) would be removed, \(counts.1) are gone, \(counts.2) were changed and would stay",
                    ja: "削除予定 \(counts.0) 個、すでに無いもの \(counts.1) 個、変更されているため残すもの \(counts.2) 個")
                : Message(
                    en:
                        "\(counts.0) removed, \(counts.1) were gone, \(counts.2) were changed and stay",
                    ja: "削除 \(counts.0) 個、すでに無いもの \(counts.1) 個、変更されているため残したもの \(counts.2) 個")
        }
    }
}

extension CanaryState {
    /// The state as people read it.
    func text(_ language: Language) -> String {
        switch self {
        case .intact: Message(en: "intact ", ja: "正常").text(language)
        case .changed: Message(en: "changed", ja: "変更").text(language)
        case .missing: Message(en: "missing", ja: "消失").text(language)
        }
    }
}

extension PlantingReport {
    /// The progress as people read it.
    func text(_ language: Language) -> String {
        switch state {
        case .off: Message(en: "off", ja: "無効").text(language)
        case .running:
            Message(
                en: "running, \(planted) planted, \(foldersLeft) folders left",
                ja: "実行中、設置 \(planted) 個、残り \(foldersLeft) フォルダー"
            ).text(language)
        case .done:
            Message(
                en: "done, \(planted) planted, \(failures) folders failed",
                ja: "完了、設置 \(planted) 個、失敗 \(failures) フォルダー"
            ).text(language)
        }
    }
}
