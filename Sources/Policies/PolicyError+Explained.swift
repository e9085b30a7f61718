public import Messages

extension PolicyError: Explained {
    /// What is wrong with the policy, with its place.
    public var problem: Message {
        let fact = fact
        let prefix = place.map { "\($0): " } ?? ""
        return Message(en: escaped(prefix + fact.en), ja: escaped(prefix + fact.ja))
    }

    private var fact: Message {
        switch self {
        case .tooLong(let count):
            Message(en: "the policy has \(count) bytes", ja: "ポリシーが \(count) バイトあります")
        case .notUTF8(let offset):
            Message(
                en: "byte \(offset) is not UTF-8", ja: "\(offset) バイト目が UTF-8 ではありません")
        case .syntax(_, let scanner):
            Message(en: "not YAML: \(scanner)", ja: "YAML として読めません: \(scanner)")
        case .empty: Message(en: "the policy is empty", ja: "ポリシーが空です")
        case .severalDocuments:
            Message(en: "a second document begins here", ja: "ここから二つ目の文書が始まります")
        case .indirection:
            Message(
                en: "anchors, aliases and tags are not taken",
                ja: "アンカー・エイリアス・タグは使えません")
        case .unsupportedVersion(_, let text):
            Message(
                en: "version \(text) is not known", ja: "バージョン \(text) には対応していません")
        case .unknownKey, .missingKey, .duplicateKey, .conflictingKeys: keyFact
        case .badDate, .badKey, .unknownName, .cycle: recipientFact
        default: valueFact
        }
    }

    private var keyFact: Message {
        switch self {
        case .unknownKey(_, let key, _):
            Message(en: "unknown key “\(key)”", ja: "不明なキー「\(key)」です")
        case .missingKey(_, let key):
            Message(en: "the key “\(key)” is missing", ja: "キー「\(key)」がありません")
        case .duplicateKey(_, let key):
            Message(en: "the key “\(key)” is there twice", ja: "キー「\(key)」が重複しています")
        case .conflictingKeys(_, let first, let second):
            Message(
                en: "only one of “\(first)” and “\(second)” may stand here",
                ja: "「\(first)」と「\(second)」は同時に指定できません")
        default: Message(en: "", ja: "")
        }
    }

    private var valueFact: Message {
        switch self {
        case .wrongType(_, let expected, let found):
            Message(
                en: "needs \(expected.name.en), found \(found.name.en)",
                ja: "\(expected.name.ja)が必要ですが、\(found.name.ja)です")
        case .wrongUnit(_, let text, _):
            Message(
                en: "“\(text)” is not a whole number with a unit",
                ja: "「\(text)」は単位付きの整数ではありません")
        case .outOfRange(_, let text, _, _):
            Message(en: "\(text) is out of range", ja: "\(text) は範囲外です")
        case .notOneOf(_, let text, _):
            Message(en: "“\(text)” is not a choice", ja: "「\(text)」は選択肢にありません")
        case .badText(_, let text):
            Message(
                en: "“\(text)” is empty, too long or has characters that may not be here",
                ja: "「\(text)」は空か、長すぎるか、使えない文字を含んでいます")
        case .badPath(_, let text, let fault):
            Message(
                en: "the path “\(text)” \(fault.name.en)",
                ja: "パス「\(text)」は\(fault.name.ja)")
        case .badDigest(_, let text, _):
            Message(en: "“\(text)” is not such a digest", ja: "「\(text)」はダイジェストではありません")
        case .badPattern(_, let text):
            Message(
                en: "the pattern “\(text)” is not clear or would ignore everything",
                ja: "パターン「\(text)」は不正か、すべてを無視してしまいます")
        case .emptyList: Message(en: "the list is empty", ja: "リストが空です")
        case .repeated(_, let text):
            Message(
                en: "the entry is there twice\(text.isEmpty ? "" : ": “\(text)”")",
                ja: "同じ項目が重複しています\(text.isEmpty ? "" : ": 「\(text)」")")
        case .outsideWatch(_, let text):
            Message(
                en: "“\(text)” is not beneath a watched folder",
                ja: "「\(text)」は監視対象フォルダーの中にありません")
        case .badAddress(_, let text):
            Message(
                en: "“\(text)” is neither an address nor a network",
                ja: "「\(text)」はアドレスでもネットワークでもありません")
        default: Message(en: "", ja: "")
        }
    }

    private var recipientFact: Message {
        switch self {
        case .badDate(_, let text):
            Message(en: "“\(text)” is not a day", ja: "「\(text)」は日付ではありません")
        case .badKey(_, let text):
            Message(en: "“\(text)” is not a key", ja: "「\(text)」は公開鍵ではありません")
        case .unknownName(_, let text):
            Message(
                en: "no person and no group is named “\(text)”",
                ja: "「\(text)」という人もグループもありません")
        case .cycle(_, let text):
            Message(
                en: "the group would contain itself through “\(text)”",
                ja: "グループが「\(text)」を通じて自分自身を含んでいます")
        default: Message(en: "", ja: "")
        }
    }

    /// What would be right instead.
    public var hint: Message? {
        switch self {
        case .tooLong: .both("<= \(Limits.fileByteCount)")
        case .unknownKey(_, let key, let known): Self.keyHint(key, known)
        case .wrongUnit(_, _, let units):
            Message(
                en: "write it as 30 and then one of: \(units.joined(separator: ", "))",
                ja: "30 のような整数の直後に単位を書きます: \(units.joined(separator: ", "))")
        case .outOfRange(_, _, let least, let most):
            Message(en: "from \(least) to \(most)", ja: "\(least) から \(most) まで")
        case .notOneOf(_, _, let choices):
            Message(
                en: "one of: \(choices.joined(separator: ", "))",
                ja: "次のいずれか: \(choices.joined(separator: ", "))")
        case .badAddress:
            Message(
                en: "write 192.0.2.7, 192.0.2.0/24, 2001:db8::7 or 2001:db8::/32",
                ja: "192.0.2.7、192.0.2.0/24、2001:db8::7、2001:db8::/32 のように書きます")
        case .badDate: Message(en: "write it as 2027-03-31", ja: "2027-03-31 の形で書きます")
        case .badKey:
            Message(
                en: "a key begins with age1 or ssh-ed25519",
                ja: "公開鍵は age1 または ssh-ed25519 で始まります")
        case .unsupportedVersion: Message(en: "write version: 1", ja: "version: 1 と書きます")
        case .badDigest(_, _, let counts):
            Message(
                en: "hexadecimal digits: \(counts.map(String.init).joined(separator: " or "))",
                ja: "16 進数の桁数: \(counts.map(String.init).joined(separator: " または "))")
        case .syntax:
            Message(
                en: "put quotes around texts that begin with * & ! % @ or hold “: ” or “ #”",
                ja: "* & ! % @ で始まる文字列や「: 」「 #」を含む文字列は引用符で囲みます")
        case .indirection:
            Message(
                en: "write the value out; put quotes around a text that begins with *",
                ja: "値を直接書きます。* で始まる文字列は引用符で囲みます")
        default: nil
        }
    }

    private static func keyHint(_ key: String, _ known: [String]) -> Message {
        let keys = known.joined(separator: ", ")
        return Message(en: "known here: \(keys)", ja: "ここで使えるキー: \(keys)")
    }

    // A policy is shown on terminals, and its text may hold what steers them.
    private func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            result +=
                scalar.properties.generalCategory == .control
                ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}

extension Message {
    fileprivate static func both(_ text: String) -> Message { Message(en: text, ja: text) }
}

extension ValueType {
    fileprivate var name: Message {
        switch self {
        case .nothing: Message(en: "nothing", ja: "空の値")
        case .boolean: Message(en: "true or false", ja: "真偽値 (true / false)")
        case .integer: Message(en: "a whole number", ja: "整数")
        case .number: Message(en: "a number", ja: "数値")
        case .text: Message(en: "a text", ja: "文字列")
        case .list: Message(en: "a list", ja: "リスト")
        case .mapping: Message(en: "keys with values", ja: "キーと値の組")
        }
    }
}

extension PathFault {
    fileprivate var name: Message {
        switch self {
        case .notAbsolute: Message(en: "does not begin with /", ja: "/ で始まっていません")
        case .containsNUL: Message(en: "contains a NUL", ja: "NUL を含んでいます")
        case .parentComponent: Message(en: "contains ..", ja: ".. を含んでいます")
        case .notShortest:
            Message(
                en: "is not in its shortest form (//, /./ or a slash at the end)",
                ja: "最短の形ではありません (//、/./、末尾の /)")
        case .tooLong: Message(en: "is too long", ja: "長すぎます")
        }
    }
}
