internal import ArgumentParser
internal import Linux
internal import Policies
internal import Sealing

struct ProtectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect",
        abstract:
            .said(
                "Seals files and folders so that only those named can open them.",
                "指定した人だけが開けるように、ファイルとフォルダーを封印します。"))

    @OptionGroup var common: CommonOptions

    @OptionGroup var whom: RecipientOptions

    @Option(
        help: .said(
            "Export policy: a name, or a file where it has a slash.",
            "持ち出しポリシーの名前 (スラッシュを含む場合はファイル)。"))
    var policy: String?

    @Flag(
        help: .said(
            "Remove each source when its sealed file was read back and authenticated.",
            "封印したファイルを読み直して認証できたら、元のファイルを削除します。"))
    var removeSource = false

    @Option(
        name: [.customShort("o"), .long],
        help: .said(
            "The sealed file, a folder for several, or '-' for standard output.",
            "封印したファイルの名前。複数ならフォルダー、「-」なら標準出力。"))
    var output: String?

    @Flag(
        name: [.customShort("a"), .long],
        help: .said("Write text instead of bytes.", "バイナリーの代わりにテキストで書き出します。"))
    var armor = false

    @OptionGroup var signing: SigningOptions

    @Flag(
        help: .said(
            "Write one file for each recipient, named after the key.",
            "受信者ごとに、鍵に応じた名前のファイルを一つずつ作ります。"))
    var perRecipient = false

    @OptionGroup var display: ProgressOptions

    @Argument(help: .said("Files and folders; standard input without any.", "ファイルとフォルダー。省略時は標準入力。"))
    var sources: [String] = []

    func validate() throws {
        if perRecipient, removeSource {
            throw common.invalid(
                text(
                    "--per-recipient and --remove-source exclude each other",
                    "--per-recipient と --remove-source は併用できません"))
        }
    }

    func run() throws {
        try common.run { () throws(Failure) in
            let policy = try policy.map { (name) throws(Failure) in try whom.site.policy(name) }
            if removeSource {
                if policy?.allowsRemovingSource == false { throw .keepsSource }
                Notice.warn(.removal, common.language)
            }
            let control = ExportControl(
                policy, try whom.site.settings.read(), common.language)
            var protection = Protection(
                recipients: try whom.recipients(policy, common.language))
            protection.isArmored = armor
            protection.removesSource = removeSource
            protection.signing = try signing.signing(policy, common.language)
            if let folder = Environment.current["TMPDIR"], !folder.isEmpty {
                protection.spoolFolder = BytePath(folder)
            }
            try protect(try Place.sources(sources), protection, control)
        }
    }

    private func protect(
        _ sources: [Source], _ protection: Protection, _ control: ExportControl
    ) throws(Failure) {
        let jobs = SealJobs(sources, protection, isPerRecipient: perRecipient)
        let outputs = try Outputs(output, sourceCount: jobs.count)
        let batch = Batch(jobs.count, common.language)
        let total = { jobs.expectedByteCount }
        try display.showing(common.language, total: total) { (progress) throws(Failure) in
            try batch.run { (number) throws(Failure) in
                var job = jobs[number]
                job.protection.threads = batch.threadsPerFile
                let destination = try outputs.destination(beside: job.outputBeside)
                let source = job.source
                // A folder may be named by its place alone.
                if case .path = source, destination == .standardOutput, output == nil {
                    throw .nameless
                }
                try control.admit(job) { (protection) throws(Failure) in
                    do throws(ProtectError) {
                        try protection.protect(source, to: destination, progress)
                    } catch {
                        throw Failure(error)
                    }
                }
            }
        }
    }
}

/// Turns arguments into places.
enum Place {
    /// The sources; standard input where none is named.
    static func sources(_ names: [String]) throws(Failure) -> [Source] {
        if names.isEmpty { return [try standardInput()] }
        return names.flatMap(RawArguments.unpacked).map(source)
    }

    static func source(_ name: String) -> Source {
        name == "-" ? .standardInput : .path(BytePath(argument: name))
    }

    /// Standard input for somebody who names nothing, which is a mistake at a terminal.
    static func standardInput() throws(Failure) -> Source {
        if !Console.isInputTerminal { return .standardInput }
        throw Failure(
            ExitCodes.usage, text("no file is named", "ファイルが指定されていません"),
            text("'-' reads what is typed here", "「-」で端末からの入力を読み取ります"))
    }
}
