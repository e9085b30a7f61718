internal import Control
internal import Linux
internal import Messages

/// A rule that would have let a program go on, and what speaks for it.
struct LearnProposal: Encodable, Equatable {
    var executable: CarriedPath
    /// BLAKE2b of what stands at the path now, 64 hexadecimal digits; nil where it can't be read.
    var blake2b: String?
    var user: String
    /// Beneath it lie all files that counted.
    var folder: CarriedPath
    var incidents = 0
    var reasons: [String] = []
    var first: UnixTime
    var last: UnixTime
    /// One of the files.
    var example: CarriedPath
    /// Why no rule is proposed; nil where one is.
    var objection: Objection?

    /// Why a program should not be allowed.
    enum Objection: String, Encodable {
        /// It runs what it is told to: allowing it allows everything.
        case interpreter
        /// It serves clients over the network: they are to be turned away, not the program allowed.
        case fileServer = "file-server"
        /// Nothing honest does that to a canary.
        case canary
        /// The files lie beneath no watched folder in common, or their place is unknown.
        case noFolder = "no-folder"
        /// Its path, or that of the folder, cannot be written as text.
        case notText = "not-text"
        /// Nothing stands at its path any more.
        case missing
    }
}

extension LearnProposal {
    /// Groups what was only observed by program, user and watched folder.
    static func from(_ reports: [IncidentReport], watch: [BytePath]) -> [LearnProposal] {
        var groups: [Group: LearnProposal] = [:]
        let observed = reports.filter { $0.state == .observed && $0.actor.pid > 0 }
        for report in observed.sorted(by: { $0.at < $1.at }) {
            let paths = report.files.map(\.path.path).filter { $0.bytes.first == UInt8(ascii: "/") }
            let watched = paths.first.flatMap { path in watch.first { path.isBeneath($0) } }
            let group = Group(
                executable: report.actor.executable, user: report.actor.user, watched: watched)
            groups[group, default: LearnProposal(report, group)].add(report, paths)
        }
        return groups.values.map { $0.judged(watch) }.sorted {
            ($0.first, $0.user) < ($1.first, $1.user)
        }
    }

    private struct Group: Hashable {
        var executable: CarriedPath
        var user: String
        var watched: BytePath?
    }

    private init(_ report: IncidentReport, _ group: Group) {
        self.init(
            executable: group.executable, user: group.user, folder: CarriedPath("?"),
            first: report.at, last: report.at, example: CarriedPath("?"))
    }

    private mutating func add(_ report: IncidentReport, _ paths: [BytePath]) {
        incidents += 1
        last = report.at
        if !reasons.contains(report.reason) { reasons.append(report.reason) }
        if report.clients != nil { objection = .fileServer }
        if report.reason.hasPrefix("canary-") { objection = objection ?? .canary }
        for path in paths {
            let known = folder.path == "?" ? path.parent : folder.path
            folder = CarriedPath(Self.common(known, path.parent))
            example = CarriedPath(path)
        }
    }

    /// The nearest folder above two.
    private static func common(_ one: BytePath, _ other: BytePath) -> BytePath {
        var folder = one
        while !(other == folder || other.isBeneath(folder)), folder != "/" {
            folder = folder.parent
        }
        return folder
    }

    private func judged(_ watch: [BytePath]) -> LearnProposal {
        var judged = self
        judged.objection = objection ?? doubts(watch)
        return judged
    }

    private func doubts(_ watch: [BytePath]) -> Objection? {
        if Self.interpreters.contains(name) { return .interpreter }
        let isWatched = watch.contains { folder.path == $0 || folder.path.isBeneath($0) }
        if !isWatched { return .noFolder }
        let texts = [executable, folder].map { $0.text.utf8.elementsEqual($0.path.bytes) }
        if texts.contains(false) { return .notText }
        return nil
    }

    /// The program's name without a version, as in `python3.11`.
    private var name: String {
        var name = Substring(executable.path.lastComponent.description)
        while let last = name.last, last.isNumber || last == "." || last == "-" {
            name.removeLast()
        }
        return String(name)
    }

    private static let interpreters: Set<String> = [
        "awk", "ash", "bash", "busybox", "dash", "env", "find", "gawk", "java", "ksh", "lua",
        "mawk", "node",
        "perl", "php", "pwsh", "python", "ruby", "sh", "sudo", "systemd", "tclsh", "xargs", "zsh",
    ]
}

extension LearnProposal {
    /// The rule in YAML, or why there is none, with what it rests on as a comment.
    func yaml(_ language: Language) -> [String] {
        let times = "\(first.text) – \(last.text)"
        let why = reasons.joined(separator: ", ")
        let head = Message(
            en:
                "  # would have been stopped \(incidents) times (\(why)), \(times); such as \(example.text)",
            ja: "  # \(incidents) 回停止されるはずでした (\(why))、\(times)。例: \(example.text)")
        if let objection {
            let program = "\(executable.text), \(user)"
            return [
                head.text(language),
                "  # → " + objection.text(program).text(language),
            ]
        }
        let reason = Message(
            en: "observed \(incidents) times: \(why)", ja: "観察期間に \(incidents) 回: \(why)")
        var lines = [head.text(language)]
        lines.append("  - executable: " + JSONText.string(executable.text))
        if let blake2b { lines.append("    blake2b: " + JSONText.string(blake2b)) }
        lines.append("    user: " + (UInt32(user) == nil ? JSONText.string(user) : user))
        lines.append("    folder: " + JSONText.string(folder.text))
        lines.append("    reason: " + JSONText.string(reason.text(language)))
        return lines
    }
}

extension LearnProposal.Objection {
    fileprivate func text(_ program: String) -> Message {
        switch self {
        case .interpreter:
            Message(
                en:
                    "not proposed: \(program) runs whatever it is told; give the job a program of its own",
                ja: "提案しません: \(program) は任意の処理を実行します。専用のプログラムにしてください")
        case .fileServer:
            Message(
                en: "not proposed: \(program) serves clients; see clients.never-cut-off",
                ja: "提案しません: \(program) はクライアントに接続を提供しています (clients.never-cut-off を参照)")
        case .canary:
            Message(
                en:
                    "not proposed: \(program) touched a canary as nothing honest does; look into it",
                ja: "提案しません: \(program) は正当な処理では起こらない形でおとりファイルに触れました。調査してください")
        case .noFolder:
            Message(
                en: "not proposed: the files of \(program) lie beneath no one watched folder",
                ja: "提案しません: \(program) のファイルは一つの監視フォルダーに収まりません")
        case .notText:
            Message(
                en: "not proposed: a path of \(program) cannot be written as text",
                ja: "提案しません: \(program) のパスをテキストで表せません")
        case .missing:
            Message(
                en: "not proposed: \(program) is not there any more",
                ja: "提案しません: \(program) はもうありません")
        }
    }
}
