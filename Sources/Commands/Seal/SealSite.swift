internal import ArgumentParser
internal import Linux
internal import Messages
internal import Policies
internal import Sealing

/// Where the settings of this machine are.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: .said(
            "Settings file instead of \(SealSettings.path).",
            "\(SealSettings.path) の代わりに使う設定ファイル。"))
    var settings: String?
    /// The settings; without a file those that are built in.
    func read() throws(Failure) -> SealSettings {
        let path = settings.map { BytePath(argument: $0) } ?? BytePath(SealSettings.path)
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor.open(path).readToEnd(limit: 1 << 20)
        } catch {
            if settings == nil, error == .noSuchFile { return SealSettings() }
            throw .unreadable(path, error)
        }
        do throws(PolicyError) {
            return try SealSettings.parse(bytes: bytes)
        } catch {
            throw .malformed(path, error)
        }
    }

}

/// Where lists and policies of this machine are.
struct SiteOptions: ParsableArguments {
    @OptionGroup var settings: SettingsOptions

    @Option(help: .said("Directory with persons and groups.", "人とグループの一覧を置いたディレクトリー。"))
    var recipientsDir: String?

    @Option(help: .said("The administrator's public key.", "管理者の公開鍵。"))
    var adminKey: String?

    /// The export policy of a name, or in a file where the name has a slash.
    func policy(_ name: String) throws(Failure) -> ExportPolicy {
        let folder = BytePath(try settings.read().exportsDirectory)
        let path =
            name.contains("/")
            ? BytePath(argument: name) : folder.appending(BytePath(argument: name + ".yaml"))
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor.open(path).readToEnd(limit: 1 << 20)
        } catch {
            throw .unreadable(path, error)
        }
        do throws(PolicyError) {
            return try ExportPolicy.parse(bytes: bytes)
        } catch {
            throw .malformed(path, error)
        }
    }

    /// The persons and groups, signed by the administrator.
    func book() throws(Failure) -> RecipientBook {
        let settings = try settings.read()
        let folder = recipientsDir.map { BytePath(argument: $0) }
        let key = adminKey.map { BytePath(argument: $0) }
        do throws(RecipientsDirectoryError) {
            let administrator = try RecipientsDirectory.administrator(
                key ?? BytePath(settings.administratorKey))
            return try RecipientsDirectory.book(
                folder ?? BytePath(settings.recipientsDirectory), signedBy: administrator)
        } catch {
            throw Failure(error)
        }
    }
}

extension CalendarDate {
    /// Today in UTC.
    static var today: CalendarDate? { CalendarDate(String(Clock.timestamp().prefix(10))) }
}

extension Failure {
    /// The words for a file of settings, recipients or policy that is malformed.
    static func malformed(_ path: BytePath, _ error: PolicyError) -> Failure {
        Failure(
            ExitCodes.configuration,
            text("\(path):\(error.problem.en)", "\(path):\(error.problem.ja)"), error.hint)
    }

    /// The words for a recipients directory that is not believed.
    init(_ error: RecipientsDirectoryError) {
        switch error {
        case .read(let path, let errno):
            let cause = Failure.unreadable(path, errno)
            self.init(
                cause.code, cause.problem,
                text(
                    "names need the administrator's key and lists; docs/policies.md tells how",
                    "名前の指定には管理者の公開鍵と一覧が必要です。docs/policies.ja.md を参照してください"))
        case .write(let path, let errno): self = .unwritable(path, errno)
        case .tooLong(let path):
            self.init(
                ExitCodes.configuration,
                text("\(path) is too long for a list", "\(path) は一覧として長すぎます"))
        case .administratorKey(let path):
            self.init(
                ExitCodes.configuration,
                text(
                    "\(path) is no administrator's public key",
                    "\(path) は管理者の公開鍵ではありません"),
                text(
                    "it is one line that begins with kanaria-issuer1; see `kanaria keygen -y`",
                    "kanaria-issuer1 で始まる一行です。`kanaria keygen -y` で得られます"))
        case .policy(let path, let error): self = .malformed(path, error)
        default: self = .unbelieved(error)
        }
    }

    private static func unbelieved(_ error: RecipientsDirectoryError) -> Failure {
        let hint = text(
            "nobody is sealed to from it; the administrator signs it with `kanaria recipients sign`",
            "この一覧は使いません。管理者が `kanaria recipients sign` で署名します")
        let problem =
            switch error {
            case .unsigned(let path):
                text("\(path) is not signed", "\(path) に署名がありません")
            case .malformedSignature(let path):
                text("the signature of \(path) is malformed", "\(path) の署名が不正な形式です")
            case .otherSigner(let path, let signer):
                text(
                    "\(path) is signed by \(signer.text), not by the administrator",
                    "\(path) は管理者ではなく \(signer.text) が署名しています")
            case .wrongSignature(let path):
                text(
                    "\(path) was changed after it was signed",
                    "\(path) は署名後に変更されています")
            default: text("\(error)", "\(error)")
            }
        return Failure(ExitCodes.policy, problem, hint)
    }

    /// The words for a name that gives nobody.
    init(_ error: RecipientBook.LookupError) {
        switch error {
        case .unknown(let name):
            self.init(
                ExitCodes.configuration,
                text(
                    "no person and no group is named '\(name)'",
                    "「\(name)」という人もグループもありません"),
                text(
                    "`kanaria recipients list` tells the names",
                    "`kanaria recipients list` で名前を確認できます"))
        case .ended(let name, let date):
            self.init(
                ExitCodes.policy,
                text(
                    "files are sealed to '\(name)' until \(date) only",
                    "「\(name)」宛ての封印は \(date) までです"))
        case .notEscrow(let name):
            self.init(
                ExitCodes.configuration,
                text(
                    "the policy's escrow '\(name)' is not marked as escrow",
                    "ポリシーのエスクロー「\(name)」に escrow の印がありません"))
        case .nobodyLeft(let name):
            self.init(
                ExitCodes.policy,
                text(
                    "the last day of everybody in '\(name)' has passed",
                    "グループ「\(name)」の全員が期限切れです"))
        }
    }
}
