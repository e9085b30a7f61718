internal import ArgumentParser
internal import Control
internal import Evidence
internal import FoundationEssentials
internal import Linux
internal import Messages

/// The verb `kanaria evidence`.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: .said("What was kept of stopped processes.", "停止したプロセスの証拠。"),
        subcommands: [List.self, Verify.self])

    /// Flags that its verbs share.
    struct Options: ParsableArguments {
        @Option(
            help: .said("The folder of all evidence, or a copy of it.", "すべての証拠のフォルダー、またはその写し。"))
        var folder = "/var/lib/kanaria/evidence"

        @Flag(help: .said("Print JSON.", "JSON で出力します。"))
        var json = false

        @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
        var lang: String?

        var language: Language { Spoken.language }
        var path: BytePath { BytePath(argument: folder) }

        /// Runs a body; a failure is told with the path and ends the program.
        func run<R>(_ path: BytePath, _ body: () throws(Errno) -> R) throws -> R {
            do throws(Errno) {
                return try body()
            } catch {
                let hint = text(
                    "it is root's alone; kanaria evidence list tells what there is",
                    "root だけが読めます。kanaria evidence list で一覧を確認してください")
                Failure(ExitCodes.noInput, text("\(error)", "\(error)"), hint).about(path)
                    .say(language)
                throw ExitCode(ExitCodes.noInput)
            }
        }
    }

    /// The verb `kanaria evidence list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Evidence that there is, by incident.", "証拠をインシデントごとに表示します。"))
        @OptionGroup var options: Options

        func run() throws {
            let found = try options.run(options.path) { () throws(Errno) in
                do throws(Errno) {
                    return try EvidenceStore(options.path).list()
                } catch {
                    // Made when there is evidence for the first time.
                    if error == .noSuchFile, options.isFolderAboveThere { return [] }
                    throw error
                }
            }
            if options.json { return try GuardOptions.printJSON(found.map(ListedEvidence.init)) }
            if found.isEmpty {
                return Console.output(text("no evidence", "証拠はありません").text(options.language))
            }
            for one in found { Console.output(one.line.text(options.language)) }
        }
    }
}

extension EvidenceCommand.Options {
    fileprivate var isFolderAboveThere: Bool {
        (try? FileStatus.following(path.parent).kind) == .directory
    }
}

extension StoredEvidence {
    /// What people read in the list.
    fileprivate var line: Message {
        let size = "\((allocatedByteCount + (1 << 20) - 1) >> 20) MiB"
        guard let manifest else {
            return text(
                "\(incident)  \(size)  no list: taking it was cut short",
                "\(incident)  \(size)  一覧なし (保全が中断されました)")
        }
        let time = Clock.timestamp(manifest.startedAt.milliseconds * 1_000_000)
        let count = manifest.files.count
        let lacks = manifest.lacks.isEmpty ? ("", "") : ("  INCOMPLETE", "  不完全")
        return text(
            "\(incident)  \(time)  \(count) files  \(size)\(lacks.0)",
            "\(incident)  \(time)  \(count) ファイル  \(size)\(lacks.1)")
    }
}

/// What programs read in the list.
private struct ListedEvidence: Encodable {
    var incident: String
    var startedAt: Int64?
    var files: Int?
    var allocatedBytes: UInt64
    var manifest: String?
    var lacks: [String]?

    init(_ stored: StoredEvidence) {
        (incident, allocatedBytes) = (stored.incident, stored.allocatedByteCount)
        guard let list = stored.manifest else { return }
        (startedAt, files) = (list.startedAt.milliseconds, list.files.count)
        (manifest, lacks) = (stored.digest, list.lacks.map(\.code))
    }
}
