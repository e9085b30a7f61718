internal import ArgumentParser
internal import Control
internal import FoundationEssentials
internal import Journal
internal import Linux
internal import Messages
internal import Policies

/// The verb `kanaria learn`.
struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: .said(
            "Propose rules for honest programs that were observed; writes nothing.",
            "観察した正当なプログラムの許可規則を提案します。何も書き込みません。"),
        discussion: .said(
            """
            Exit codes: 0 done, also without a proposal; 1 an incident cannot be read; 66 and 78 \
            as kanariad.
            """,
            """
            終了コード: 0 完了 (提案なしも含む)、1 読めないインシデントあり、66 と 78 は kanariad と同じ。
            """))

    @Option(help: .said("Policy that the guard observed with.", "観察に使ったポリシー。"))
    var policy = "/etc/kanaria/policy.yaml"

    @Flag(help: .said("Print JSON.", "JSON で出力します。"))
    var json = false

    @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
    var lang: String?

    func run() throws {
        let language = Spoken.language
        let rules = try PolicyFile.read(BytePath(argument: policy), language)
        let folder = BytePath(rules.stateDirectory).appending("incidents")
        let (reports, broken) = try Self.reports(in: folder, language)
        let watch = rules.watch.map { BytePath($0) }
        let proposals = LearnProposal.from(reports, watch: watch).map(Self.withDigest)
        if json {
            try GuardOptions.printJSON(proposals)
        } else {
            show(proposals, of: reports.count, language)
        }
        for path in broken {
            let problem = Message(
                en: "kanaria: \(path) is no incident that can be read",
                ja: "kanaria: \(path) を読めません")
            Console.error(problem.text(language))
        }
        if !broken.isEmpty { throw ExitCode(1) }
    }

    /// What an incident may have at most: 32 acts and the lists beside them take a few kilobytes.
    private static let byteLimit = 4 << 20

    private static func reports(
        in folder: BytePath, _ language: Language
    ) throws -> (reports: [IncidentReport], broken: [BytePath]) {
        let entries: [DirectoryEntry]
        do throws(Errno) {
            entries = try FileDescriptor.open(folder, [.directory]).entries()
        } catch {
            let problem = Message(
                en: "cannot read the incidents in \(folder): \(error)",
                ja: "\(folder) のインシデントを読めません: \(error)")
            Console.error("kanaria: " + problem.text(language))
            throw ExitCode(66)
        }
        var (reports, broken) = ([IncidentReport](), [BytePath]())
        for entry in entries where entry.name.suffix == Array("json".utf8) {
            let path = folder.appending(entry.name)
            let bytes = try? FileDescriptor.open(path, [.noFollow, .nonBlocking])
                .readToEnd(limit: byteLimit)
            let report = bytes.flatMap {
                try? JSONDecoder().decode(IncidentReport.self, from: Data($0))
            }
            if let report { reports.append(report) } else { broken.append(path) }
        }
        return (reports, broken)
    }

    /// Adds the content that the program has now, as `allow` pins it.
    private static func withDigest(_ proposal: LearnProposal) -> LearnProposal {
        if proposal.objection != nil { return proposal }
        var pinned = proposal
        let content = try? FileDescriptor.open(proposal.executable.path, [.nonBlocking])
            .readToEnd(limit: 64 << 20)
        pinned.blake2b = content.map { Chain.digest(of: $0) }
        if pinned.blake2b == nil { pinned.objection = .missing }
        return pinned
    }

    private func show(_ proposals: [LearnProposal], of count: Int, _ language: Language) {
        let wanted = proposals.contains { $0.objection == nil }
        let head = Message(
            en: """
                # From \(count) incidents. Look into each, then add what is honest to \(policy)
                # and run: kanaria policy check \(policy) && kanaria reload
                """,
            ja: """
                # \(count) 件のインシデントによる提案です。一つずつ確認し、正当なものだけを
                # \(policy) に加えて、次を実行してください: kanaria policy check \(policy) && kanaria reload
                """)
        Console.output(head.text(language))
        if wanted { Console.output("allow:") }
        if proposals.isEmpty {
            let none = Message(en: "# nothing to propose", ja: "# 提案はありません")
            Console.output(none.text(language))
        }
        for line in proposals.flatMap({ $0.yaml(language) }) { Console.output(line) }
    }
}
