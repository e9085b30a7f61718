internal import ArgumentParser
internal import Control
internal import Evidence
internal import FoundationEssentials
internal import Journal
internal import Linux
internal import Messages

extension EvidenceCommand {
    /// The verb `kanaria evidence verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Was anything changed?", "改変されていないか検証します。"))
        @OptionGroup var options: Options
        @Option(
            help: .said(
                "The journal that has the list's digest; the one beside the folder if none.",
                "一覧のダイジェストが記録されたジャーナル。省略時はフォルダーの隣のもの。"))
        var journal: String?
        @Argument(help: .said("Incident.", "インシデントの ID。"))
        var id: String

        func run() throws {
            let place = options.path.appending(id)
            let told = journalDigest()
            if journal != nil, told == nil {
                let problem = text("no digest of \(id)", "\(id) のダイジェストがありません")
                Failure(ExitCodes.noInput, problem).about(journalPath).say(options.language)
                throw ExitCode(ExitCodes.noInput)
            }
            let faults = try options.run(place) { () throws(Errno) in
                try EvidenceStore(options.path).verify(id, digest: told) { name in
                    if !options.json, Console.isErrorTerminal { Console.error("  \(name)") }
                }
            }
            let stored = try options.run(place) { () throws(Errno) in
                try EvidenceStore(options.path).evidence(of: id)
            }
            if options.json {
                try GuardOptions.printJSON(CheckedEvidence(stored, faults, told))
            } else {
                tell(stored, faults, told)
            }
            if !faults.isEmpty { throw ExitCode(ExitCodes.damaged) }
        }

        private var journalPath: BytePath {
            journal.map { BytePath(argument: $0) } ?? options.path.parent.appending("journal")
        }

        /// What the journal says of the list; nil where it says nothing or can't be read.
        private func journalDigest() -> String? {
            struct Line: Decodable {
                var incident: String?
                var digest: String?
                enum CodingKeys: String, CodingKey {
                    case incident = "kanaria.incident.id"
                    case digest = "kanaria.evidence.blake2b"
                }
            }
            let lines = try? JournalFolder(journalPath).lines { line in
                let found = try? JSONDecoder().decode(Line.self, from: Data(line))
                return found?.incident == id && found?.digest != nil
            }
            // The first one: what was added later is not the guard's.
            return lines?.first.flatMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }?
                .digest
        }

        private func tell(
            _ stored: StoredEvidence, _ faults: [EvidenceFault], _ told: String?
        ) {
            let language = options.language
            for fault in faults { Console.output(fault.message.text(language)) }
            for lack in stored.manifest?.lacks ?? [] { Console.output(lack.text.text(language)) }
            if told == nil {
                Console.output(
                    text(
                        "not compared with a journal: the list itself was believed",
                        "ジャーナルと照合していません (一覧そのものを信じました)"
                    ).text(language))
            }
            let count = stored.manifest?.files.count ?? 0
            let digest = stored.digest ?? "?"
            let result =
                faults.isEmpty
                ? text(
                    "whole: \(count) files; the list is \(digest)",
                    "改変なし: \(count) ファイル、一覧のダイジェスト \(digest)")
                : text("NOT whole: \(faults.count) faults", "改変あり: \(faults.count) 件の異常")
            Console.output(result.text(language))
        }
    }
}

/// What programs read.
private struct CheckedEvidence: Encodable {
    struct Fault: Encodable {
        var kind: String
        var file: String
        var text: Message
    }

    var whole: Bool
    var incident: String
    var files: Int
    var manifest: String?
    var journal: String?
    var faults: [Fault]
    var lacks: [String]

    init(_ stored: StoredEvidence, _ found: [EvidenceFault], _ told: String?) {
        (whole, incident) = (found.isEmpty, stored.incident)
        files = stored.manifest?.files.count ?? 0
        lacks = stored.manifest?.lacks.map(\.code) ?? []
        (manifest, journal) = (stored.digest, told)
        faults = found.map {
            Fault(kind: $0.kind.rawValue, file: $0.name.description, text: $0.message)
        }
    }
}

extension EvidenceFault {
    /// What people read.
    fileprivate var message: Message {
        switch kind {
        case .noManifest:
            text(
                "\(name): there is no list, so nothing can be compared",
                "\(name): 一覧がなく、照合できません")
        case .otherManifest:
            text(
                "\(name): this is not the list whose digest the journal has",
                "\(name): ジャーナルに記録された一覧と一致しません")
        case .missing: text("\(name): missing", "\(name): ありません")
        case .altered: text("\(name): was altered", "\(name): 改変されています")
        case .added: text("\(name): is not in the list", "\(name): 一覧にありません")
        }
    }
}
