internal import Contents
internal import Linux
internal import Messages
internal import Scanning

/// A finding as people and programs read it.
struct ShownFinding: ShownOfScan {
    let name: String
    let line: Message
    let json: String

    init(_ finding: Finding, _ roots: [BytePath]) {
        let path: BytePath
        var fields = [(key: String, value: String)]()
        let words: Message
        switch finding {
        case .encrypted(let file):
            (name, path) = ("encrypted", file.place.path(roots))
            fields = file.jsonFields
            let entropy = file.entropyText
            words = text(
                "encrypted     \(path): \(file.judgementClass.words.en), \(entropy) bits per byte",
                "暗号化の疑い  \(path): \(file.judgementClass.words.ja)、\(entropy) ビット/バイト")
        case .broken(let file):
            (name, path) = ("broken", file.place.path(roots))
            fields = file.jsonFields
            words = text(
                "broken        \(path): begins as \(file.kind), what follows is not",
                "破損          \(path): 先頭は \(file.kind) ですが、続きが合いません")
        case .changed(let file, let before, let change):
            (name, path) = (change.rawValue, file.place.path(roots))
            fields = file.jsonFields + [("kindBefore", JSONText.string("\(before.kind)"))]
            words = change.words(path, before.kind, file)
        case .note(let place, let count):
            (name, path) = ("ransomNote", place.path(roots))
            fields = [("folders", "\(count)")]
            words = text(
                "ransom note   \(path): reads like one, copies in \(count) folders",
                "脅迫文の疑い  \(path): 同じものが \(count) 個のフォルダーにあります")
        case .surge(let suffix, let count, let place):
            (name, path) = ("suffixSurge", place.path(roots))
            fields = [("suffix", JSONText.string(suffix)), ("files", "\(count)")]
            let shown = BytePath(suffix)
            words = text(
                "new suffix    .\(shown): added to \(count) files, for example \(path)",
                "新しい拡張子  .\(shown): \(count) 件のファイルに付加 (例: \(path))")
        case .canary(let canary, let isMissing):
            (name, path) = (isMissing ? "canaryMissing" : "canaryChanged", canary)
            words =
                isMissing
                ? text("canary gone   \(path)", "カナリア消失  \(path)")
                : text("canary touched \(path)", "カナリア変更  \(path)")
        }
        line = words
        json = JSONText.object([("finding", JSONText.string(name))] + path.jsonFields + fields)
    }
}

/// Something that was not judged, as people and programs read it.
struct ShownOmission: ShownOfScan {
    let line: Message
    let json: String

    init(_ omission: Omission, _ roots: [BytePath]) {
        let path = omission.place.path(roots)
        let (reason, words) = (omission.reason, omission.reason.words)
        let cause = omission.errno
        line = text(
            "not judged    \(path): \(words.en)" + (cause.map { ": \($0)" } ?? ""),
            "判定不能      \(path): \(words.ja)" + (cause.map { ": \($0.ja)" } ?? ""))
        json = JSONText.object(
            [("omitted", JSONText.string(reason.rawValue))] + path.jsonFields
                + (cause.map { [("error", JSONText.string("\($0)"))] } ?? []))
    }
}

extension ScannedFile {
    fileprivate var jsonFields: [(key: String, value: String)] {
        [
            ("class", JSONText.string("\(judgementClass)")), ("kind", JSONText.string("\(kind)")),
            ("structure", JSONText.string("\(structure)")), ("bytes", "\(byteCount)"),
            ("entropy", entropyText),
        ]
    }

    /// Two decimals.
    fileprivate var entropyText: String {
        let hundredths = Int((entropyBitsPerByte * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension BaselineChange {
    fileprivate func words(_ path: BytePath, _ before: Kind, _ file: ScannedFile) -> Message {
        switch self {
        case .lostStructure:
            text(
                "lost          \(path): was \(before), now \(file.judgementClass.words.en)",
                "構造の喪失    \(path): 以前は \(before)、現在は\(file.judgementClass.words.ja)")
        case .becameContainer:
            text(
                "now encrypted \(path): was \(before), now an encrypted \(file.kind)",
                "暗号化済み    \(path): 以前は \(before)、現在は暗号化された \(file.kind)")
        case .changedType:
            text(
                "other type    \(path): was \(before), now \(file.kind)",
                "形式の変化    \(path): 以前は \(before)、現在は \(file.kind)")
        }
    }
}

extension JudgementClass {
    /// What the content is, for people.
    var words: Message {
        switch self {
        case .empty: text("empty", "空")
        case .tooSmall: text("too short to tell", "短すぎて判定不能")
        case .unreadable: text("unreadable", "読み取り不能")
        case .recognised: text("a known format", "既知の形式")
        case .uniform: text("no known format, random throughout", "未知の形式で全体がランダム")
        case .uniformFromStart:
            text("no known format, random from its first byte", "未知の形式で先頭からランダム")
        case .encodedUniform: text("text that decodes to random bytes", "復号するとランダムになる文字列")
        case .partlyUniform: text("no known format, random in parts", "未知の形式で一部がランダム")
        case .brokenUniform: text("a known beginning over random content", "既知の形式の先頭とランダムな中身")
        case .broken: text("a known beginning over other content", "既知の形式の先頭と合わない中身")
        case .unknown: text("no known format", "未知の形式")
        case .uniformPayload: text("a container of random content", "ランダムな中身の入れ物")
        case .uniformBody: text("a known beginning over a random body", "既知の形式の先頭とランダムな本体")
        case .encryptedContainer: text("encrypted by a known tool", "既知のツールで暗号化")
        }
    }
}

extension Omission.Reason {
    /// Why, for people.
    var words: Message {
        switch self {
        case .symbolicLink: text("symbolic links", "シンボリックリンク")
        case .fifo: text("pipes", "名前付きパイプ")
        case .socket: text("sockets", "ソケット")
        case .device: text("devices", "デバイス")
        case .otherMount:
            text("another file system; name it to scan it", "別のファイルシステム (走査するには個別に指定)")
        case .vanished: text("vanished meanwhile", "走査中に消えたもの")
        case .changing: text("changes while it is read", "読み取り中に変化し続けています")
        case .tooDeep: text("lies too deep", "階層が深すぎます")
        case .unreadable: text("can't be read", "読めません")
        }
    }
}
