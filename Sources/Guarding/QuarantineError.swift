internal import Messages

/// Why a user was not held to reading.
enum QuarantineError: Error, Equatable {
    /// Nobody knows who was logged in.
    case unknownUser
    /// Several were, and it is not known which of them it was.
    case severalUsers([String])
    /// It was nobody in particular, and reading alone would be for all of these.
    case guest(String)
    /// The file for Samba can't be written, or holds as many as it may.
    case notWritten(String)
    /// Samba's configuration does not include the file.
    case notIncluded(String)
    /// Asking Samba failed.
    case tool(Message)

    var reason: Message {
        switch self {
        case .unknownUser:
            Message(en: "who was logged in is not known", ja: "ログイン中の利用者が不明です")
        case .severalUsers(let names):
            Message(
                en: "any of these may have done it: \(names.joined(separator: ", "))",
                ja: "実行した利用者を特定できません: \(names.joined(separator: ", "))")
        case .guest(let name):
            Message(
                en: "\(name) stands for everybody without a name",
                ja: "\(name) は名前のない全員を表します")
        case .notWritten(let path):
            Message(en: "\(path) can't be written", ja: "\(path) に書き込めません")
        case .notIncluded(let path):
            Message(
                en: "[global] in smb.conf does not include \(path)",
                ja: "smb.conf の [global] が \(path) を include していません")
        case .tool(let reason): reason
        }
    }
}
