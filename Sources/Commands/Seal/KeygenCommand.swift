internal import Age
internal import ArgumentParser
internal import Linux
internal import Sealing

struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: .said("Makes a key, or tells the public half of one.", "鍵を作ります。または公開鍵を表示します。"))

    @OptionGroup var common: CommonOptions

    @Option(
        name: [.customShort("o"), .long],
        help: .said("The key file; must not exist.", "鍵のファイル (既存のものは不可)。"))
    var output: String?

    @Flag(
        name: [.customShort("p"), .long],
        help: .said("Seal the key file with a passphrase.", "鍵のファイルをパスフレーズで封印します。"))
    var passphrase = false

    @OptionGroup var secret: PassphraseOptions

    @Flag(
        help: .said("Make a key that signs instead of one that opens.", "開くための鍵の代わりに、署名用の鍵を作ります。"))
    var signing = false

    @Flag(
        name: [.customLong("pq"), .customLong("pq", withSingleDash: true)],
        help: .said(
            "Make a key that quantum computers do not break either.",
            "量子コンピューターでも破れない鍵を作ります。"))
    var postQuantum = false

    @Flag(
        name: [.customShort("y"), .long],
        help: .said("Tell the public halves of the keys in FILE.", "FILE の鍵の公開鍵を表示します。"))
    var publicKey = false

    @Argument(help: .said("With -y: the key file.", "-y の対象となる鍵のファイル。"))
    var file: String?

    func validate() throws {
        if publicKey != (file != nil) {
            throw common.invalid(
                text("-y and FILE go together", "-y とファイルは一緒に指定してください"))
        }
        if publicKey, passphrase || signing || postQuantum {
            throw common.invalid(text("-y makes no key", "-y は鍵を作成しません"))
        }
        if signing, postQuantum {
            throw common.invalid(
                text(
                    "--signing and -pq exclude each other", "--signing と -pq は併用できません"))
        }
    }

    func run() throws {
        try common.run { () throws(Failure) in
            if let file { return try tell(BytePath(argument: file)) }
            let key = try make()
            try key.withSpan { (text) throws(Failure) in try keep(text) }
            if output != nil { Console.error("Public key: \(key.publicText)") }
        }
    }

    private func keep(_ text: Span<UInt8>) throws(Failure) {
        guard passphrase || secret.passphraseFd != nil else { return try write(text) }
        let file = try sealed(text)
        try write(file.span)
    }

    private func make() throws(Failure) -> NewKeyFile {
        do throws(KeyError) {
            if signing { return try NewKeyFile.signingKey() }
            return try NewKeyFile.identity(isPostQuantum: postQuantum)
        } catch {
            throw error == .postQuantumNotBuilt ? .postQuantumNotBuilt : .cipher("\(error)")
        }
    }

    private func tell(_ path: BytePath) throws(Failure) {
        let given = try secret.given()
        let keys: [String]
        do throws(KeyFileError) {
            keys = try KeyFile.publicKeys(
                path, passphrase: PassphraseOptions.question(given, common.language))
        } catch {
            throw Failure(error)
        }
        let lines = Array(keys.map { $0 + "\n" }.joined().utf8)
        try write(lines.span)
    }

    /// Text, so that it can be printed and kept on paper.
    private func sealed(_ text: Span<UInt8>) throws(Failure) -> [UInt8] {
        let passphrase = try secret.new(common.language)
        do throws(AgeError) {
            let recipient = try passphrase.recipient()
            let file = try WholeFile.seal(text, to: [recipient])
            return Armor.encode(file.span)
        } catch {
            throw .cipher("\(error)")
        }
    }

    private func write(_ bytes: Span<UInt8>) throws(Failure) {
        let path = output.map { BytePath(argument: $0) } ?? "-"
        do throws(Errno) {
            if output == nil { return try Console.output(bytes) }
            let file = try AtomicFile(in: path.parent)
            try file.file.writeAll(bytes)
            let name = path.lastComponent
            try file.commit(as: name)
        } catch {
            throw error == .fileExists ? .exists(path) : .unwritable(path, error)
        }
    }
}
