public import Linux
public import Messages
public import Sodium

/// Why a journal can't be written or read.
public enum JournalError: Error, Equatable, Sendable {
    /// Another process writes to it.
    case locked(BytePath)
    /// There is none.
    case none(BytePath)
    /// A file of it can't be opened, read or written.
    case file(BytePath, Errno)
    /// The file holds no public key.
    case badKey(BytePath)
    /// Signing failed.
    case sodium(SodiumError)
}

extension JournalError: Explained {
    /// What happened, to which file.
    public var problem: Message {
        switch self {
        case .locked(let path):
            Message(
                en: "another process writes to the journal \(path)",
                ja: "別のプロセスがジャーナル \(path) に書き込んでいます")
        case .none(let path):
            Message(en: "there is no journal in \(path)", ja: "\(path) にジャーナルがありません")
        case .file(let path, let error):
            Message(en: "\(path): \(error)", ja: "\(path): \(error)")
        case .badKey(let path):
            Message(en: "\(path) holds no public key", ja: "\(path) に公開鍵がありません")
        case .sodium(let error):
            Message(en: "signing failed: \(error)", ja: "署名できません: \(error)")
        }
    }

    /// What to do about it.
    public var hint: Message? {
        switch self {
        case .file(_, .permissionDenied), .none:
            Message(
                en: "run it as root, or name the folder with --folder",
                ja: "root で実行するか、--folder でフォルダーを指定してください")
        case .badKey:
            Message(
                en: "it has 64 hexadecimal digits, as in key.pub of the journal",
                ja: "ジャーナルの key.pub にある 16 進数 64 桁を指定してください")
        case .file(_, .noSpace): Message(en: "make room", ja: "空き容量を確保してください")
        default: nil
        }
    }
}
