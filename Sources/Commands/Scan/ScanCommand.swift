internal import ArgumentParser
internal import Linux
internal import Messages
internal import Scanning
internal import Sealing

/// The verb `kanaria scan`.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: .said(
            "Looks for encrypted and broken files and ransom notes; changes nothing.",
            "暗号化・破損したファイルや脅迫文を探します (何も変更しません)。"),
        discussion: .said(
            """
            Exit codes: 0 nothing found, 1 something found, 64 wrong arguments, 65 a damaged \
            record, 66 a place or record that can't be read, 73 the record's name is taken, 74 it \
            can't be written, 75 nothing found, but not everything could be judged.
            """,
            """
            終了コード: 0 検出なし、1 検出あり、64 引数の誤り、65 記録の破損、66 場所または記録を\
            読めない、73 記録の名前が使用済み、74 記録に書き込めない、75 検出なし (判定できないものあり)。
            """))

    @OptionGroup var common: CommonOptions
    @OptionGroup var progress: ProgressOptions

    @Option(
        help: .said(
            "Record of an earlier scan: tells what changed type or lost its structure.",
            "以前の走査の記録。それ以降に形式が変わった、または構造を失ったファイルを示します。",
            valueName: "file"))
    var baseline: String?

    @Option(
        name: .shortAndLong,
        help: .said(
            "Write a record of each file, for --baseline.",
            "全ファイルの記録を書き出します (--baseline 用)。", valueName: "file"))
    var output: String?

    @Option(
        help: .said(
            "Go on with FILE.partial, which a scan with --output left, and write FILE.",
            "--output の走査が残した「FILE.partial」の続きを行い、FILE を書き出します。",
            valueName: "file"))
    var resume: String?

    @Option(
        help: .said(
            "The guard's state directory, whose list of canaries is checked.",
            "ガードの状態ディレクトリー。その一覧のカナリアを確認します。"))
    var stateDirectory = "/var/lib/kanaria"

    @Flag(help: .said("Print one JSON object a line.", "一行に一つの JSON オブジェクトを出力します。"))
    var json = false

    @Argument(
        help: .said(
            "Folders and files; with --resume those of the record if none is given.",
            "フォルダーとファイル。--resume では省略すると記録にある場所。"))
    var paths: [String] = []

    func validate() throws {
        if output != nil, resume != nil {
            throw common.invalid(
                text("--output and --resume exclude each other", "--output と --resume は併用できません"))
        }
        if paths.isEmpty, resume == nil {
            throw common.invalid(
                text("no place is named", "走査する場所が指定されていません"))
        }
    }

    func run() throws {
        var code: Int32 = ExitCodes.done
        try common.run { () throws(Failure) in code = try scan() }
        if code != ExitCodes.done { throw ExitCode(code) }
    }

    private func scan() throws(Failure) -> Int32 {
        var roots = paths.map { BytePath(argument: $0) }
        let (earlier, writer) = try record(&roots)
        let earlierScan = try attempt { () throws(ScanRecordError) in
            try readBaseline(roots.count)
        }
        let report = ScanReport(roots, baseline: earlierScan?.files, json ? nil : common.language)
        let scan = TreeScan(roots, threads: Scheduling.processorCount)
        do throws(Failure) {
            try walk(scan, earlier ?? [:], writer, report)
        } catch {
            // Nothing was judged, and what an earlier scan left is not ours to remove.
            if earlier == nil { writer?.abandon() }
            throw error
        }
        report.check(canariesOf: BytePath(argument: stateDirectory))
        report.conclude(movedAccessTimes: scan.movedAccessTimes)
        if let writer {
            try attempt { () throws(ScanRecordError) in
                try writer.finish(fileCount: report.fileCount)
            }
        }
        if report.findingCount > 0 { return 1 }
        return report.leavesDoubt ? ExitCodes.sourceChanged : ExitCodes.done
    }

    private func readBaseline(_ rootCount: Int) throws(ScanRecordError) -> ScanRecord? {
        guard let baseline else { return nil }
        return try ScanRecord.baseline(at: BytePath(argument: baseline), rootCount: rootCount)
    }

    /// What an ended scan had found, and where this one writes.
    private func record(
        _ roots: inout [BytePath]
    ) throws(Failure) -> ([ScannedPlace: ScannedFile]?, RecordWriter?) {
        let named = roots
        if let resume {
            let (record, writer) = try attempt { () throws(ScanRecordError) in
                try RecordWriter.resume(at: BytePath(argument: resume), roots: named)
            }
            roots = record.roots
            return (record.files, writer)
        }
        guard let output else { return (nil, nil) }
        return (
            nil,
            try attempt { () throws(ScanRecordError) in
                try RecordWriter(at: BytePath(argument: output), roots: named)
            }
        )
    }

    private func walk(
        _ scan: TreeScan, _ earlier: [ScannedPlace: ScannedFile], _ writer: RecordWriter?,
        _ report: ScanReport
    ) throws(Failure) {
        try progress.showing(common.language, total: { try? scan.byteCount() }) {
            (progress) throws(Failure) in
            do throws(ScanError) {
                try scan.run(
                    known: { place, stamp in
                        earlier[place].flatMap { $0.has(stamp) ? $0 : nil }
                    },
                    { event in
                        report.add(event)
                        guard case .file(let file, let byteCount) = event else { return }
                        progress.add(byteCount)
                        // What is known stands in the record already.
                        if earlier[file.place] != file { writer?.add(file) }
                    })
            } catch {
                throw Failure(error)
            }
        }
    }

    private func attempt<Value>(
        _ body: () throws(ScanRecordError) -> Value
    ) throws(Failure) -> Value {
        do throws(ScanRecordError) {
            return try body()
        } catch {
            throw Failure(error)
        }
    }
}
