internal import ArgumentParser
internal import Linux
internal import Policies
internal import Sealing

struct ProtectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect",
        abstract:
            "Seals files and folders so that only those named can open them. / 封印します。")

    @OptionGroup var common: CommonOptions

    @OptionGroup var whom: RecipientOptions

    @Option(help: "Export policy: a name, or a file where it has a slash.")
    var policy: String?

    @Flag(help: "Remove each source when its sealed file was read back and authenticated.")
    var removeSource = false

    @Option(
        name: [.customShort("o"), .long],
        help: "The sealed file, a folder for several, or '-' for standard output.")
    var output: String?

    @Flag(name: [.customShort("a"), .long], help: "Write text instead of bytes.")
    var armor = false

    @OptionGroup var signing: SigningOptions

    @Flag(help: "Write one file for each recipient, named after the key.")
    var perRecipient = false

    @OptionGroup var display: ProgressOptions

    @Argument(help: "Files and folders; standard input without any.")
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
        let jobs = sources.flatMap { source in
            perRecipient ? SealJob.each(source, protection) : [SealJob(source, protection)]
        }
        let outputs = try Outputs(output, sourceCount: jobs.count)
        let batch = Batch(jobs.count, common.language)
        let total = { jobs.map(\.source).expectedByteCount }
        try display.showing(common.language, total: total) { (progress) throws(Failure) in
            try batch.run { (number) throws(Failure) in
                var job = jobs[number]
                job.protection.threads = batch.threadsPerFile
                let destination = try outputs.destination(beside: job.outputBeside)
                let source = job.source
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
