internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

struct UnlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: .said("Opens sealed files.", "封印したファイルを開きます。"))

    @OptionGroup var common: CommonOptions
    @OptionGroup var keys: IdentityOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var trust: TrustOptions

    @Option(
        name: [.customShort("o"), .long],
        help: .said(
            "The opened file, which must not exist, or a folder for several.",
            "開いたファイルの名前 (既存のものは不可)。複数ならフォルダー。"))
    var output: String?

    @Flag(
        help: .said(
            "Write authentic chunks to standard output as they come.",
            "認証できた部分から順に標準出力へ書き出します。"))
    var toStdout = false

    @Flag(
        help: .said(
            "Unpack a sealed folder; -o names the new folder.",
            "封印したフォルダーを展開します。-o で新しいフォルダーを指定します。"))
    var folder = false

    @Flag(
        help: .said(
            "Tell what is in a sealed folder; writes nothing.",
            "封印したフォルダーの中身を一覧表示します。何も書き出しません。"))
    var list = false

    @Flag(help: .said("With --list: say it as JSON.", "--list の結果を JSON で表示します。"))
    var json = false

    @OptionGroup var display: ProgressOptions

    @Argument(help: .said("Sealed files; standard input without any.", "封印したファイル。省略時は標準入力。"))
    var files: [String] = []

    func validate() throws {
        if list, output != nil || toStdout || folder {
            throw common.invalid(
                text(
                    "--list writes nothing: leave out -o, --to-stdout and --folder",
                    "--list は何も書き込みません。-o、--to-stdout、--folder は外してください"))
        }
        if json, !list {
            throw common.invalid(
                text("--json goes with --list", "--json は --list と一緒に指定してください"))
        }
    }

    func run() throws {
        try common.run { () throws(Failure) in
            let records = RecordKeeping(try settings.read(), common.language)
            let sources = try Place.sources(files)
            let action: SealRecord.Action = list ? .list : .unlock
            let unlocking = try records.preparing(action, sources) { () throws(Failure) in
                try keys.unlocking(trust, common.language)
            }
            if list { return try list(sources, unlocking, records) }
            try unlock(sources, unlocking, records)
        }
    }

    /// One after another, so that the lists come in the order of the arguments.
    private func list(
        _ sources: [Source], _ unlocking: Unlocking, _ records: RecordKeeping
    ) throws(Failure) {
        for source in sources {
            var entries = [FolderEntry]()
            let demands = unlocking.demands
            let finding = try records.keep(SealRecord(.list, source), demands) {
                () throws(Failure) in
                do throws(UnlockError) {
                    let found = try unlocking.list(source)
                    entries = found.entries
                    return found.finding
                } catch {
                    throw .listing(error)
                }
            }
            let listing = FolderListing(source.path, entries)
            if json {
                Console.output(listing.json)
            } else {
                for line in listing.lines { Console.output(line) }
            }
            Note.say(finding, of: source.path, common.language)
        }
    }

    private func unlock(
        _ sources: [Source], _ unlocking: Unlocking, _ records: RecordKeeping
    ) throws(Failure) {
        let outputs = try Outputs(toStdout ? "-" : output, sourceCount: sources.count)
        let batch = Batch(sources.count, common.language)
        var unlocking = unlocking
        unlocking.threads = batch.threadsPerFile
        let (opening, folder, language) = (unlocking, folder, common.language)
        let total = { sources.expectedByteCount }
        try display.showing(common.language, total: total) { (progress) throws(Failure) in
            try batch.run { (number) throws(Failure) in
                let source = sources[number]
                let destination = try outputs.destination(beside: source.openedPath)
                if destination == .standardOutput, !toStdout, output == nil {
                    if sources.count > 1 { throw .nameless }
                    if Console.isOutputTerminal { throw .unaskedTerminal }
                }
                let opened = { () throws(Failure) -> SignatureFinding? in
                    do throws(UnlockError) {
                        if folder, case .path(let path) = destination {
                            return try opening.unpack(source, to: path, progress)
                        }
                        return try opening.unlock(source, to: destination, progress)
                    } catch {
                        if destination != .standardOutput { throw Failure(error) }
                        throw .streaming(error, hasBegun: progress.byteCount > 0)
                    }
                }
                let finding = try records.keep(
                    SealRecord(.unlock, source), opening.demands, opened)
                Note.say(finding, of: source.path, language)
                if !folder { Self.mentionArchive(destination, language) }
            }
        }
    }

    /// Whoever opens a folder like a file gets an archive, and may wonder.
    private static func mentionArchive(_ destination: Destination, _ language: Language) {
        guard case .path(let path) = destination, !path.bytes.suffix(4).elementsEqual(".tar".utf8),
            FolderArchive.isFound(at: path)
        else { return }
        Notice.warn(
            text(
                "\(path) is the archive of a folder: `kanaria unlock --folder` or tar unpacks it",
                "\(path) はフォルダーのアーカイブです。`kanaria unlock --folder` または tar で展開できます"),
            language)
    }
}

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: .said(
            "Authenticates a sealed file to its end, writes nothing.",
            "封印したファイルを最後まで認証します。何も書き出しません。"))

    @OptionGroup var common: CommonOptions
    @OptionGroup var keys: IdentityOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var trust: TrustOptions

    @Flag(help: .said("Say it as JSON.", "JSON で表示します。"))
    var json = false

    @Argument(help: .said("The sealed file.", "封印したファイル。"))
    var file: String

    func run() throws {
        try common.run { () throws(Failure) in
            let records = RecordKeeping(try settings.read(), common.language)
            let source = Place.source(file)
            let verifying = try records.preparing(.verify, [source]) { () throws(Failure) in
                try keys.unlocking(trust, common.language)
            }
            let progress = Progress()
            let finding = try records.keep(SealRecord(.verify, source), verifying.demands) {
                () throws(Failure) -> SignatureFinding? in
                do throws(UnlockError) {
                    return try verifying.unlock(source, to: .nowhere, progress)
                } catch {
                    throw Failure(error)
                }
            }
            let (path, count) = (BytePath(argument: file), progress.byteCount)
            if json {
                Console.output(json(path, count, finding))
            } else {
                Console.output(
                    text("\(path): authentic, \(count) bytes", "\(path): 真正です（\(count) バイト）")
                        .text(common.language))
            }
            Note.say(finding, of: path, common.language)
        }
    }

    private func json(_ path: BytePath, _ count: UInt64, _ finding: SignatureFinding?) -> String {
        JSONText.object([
            ("path", JSONText.string("\(path)")), ("authentic", "true"), ("bytes", "\(count)"),
            ("signed", "\(finding != nil)"),
            ("issuerTrusted", finding.map { "\($0.isTrusted)" } ?? "null"),
            ("withinPeriod", finding.map { "\($0.period == .valid)" } ?? "null"),
            ("policy", finding?.signed.policy.json ?? "null"),
        ])
    }
}
