/// Tells whether a text reads like a ransom note, by its name and by what it speaks of.
///
/// Source: the names of the 160 notes of 62 families that Lemmou, Lanet and El Souidi collected
/// (In-Depth Analysis of Ransom Note Files, Computers 10(11):145, 2021); the words are chosen by us.
public enum NoteWords {
    /// Longer texts are no ransom notes: those that are collected have some kilobytes.
    public static let longestByteCount = 16 * 1024

    /// What notes are named after and other texts hardly ever.
    private static let telling = [
        "decrypt", "encrypted", "recover", "restore", "ransom", "back_files", "backfiles",
        "return files", "your files", "your_files", "your-files", "unlock", "暗号", "復号",
    ].map { Array($0.utf8) }
    /// What notes are named after, and many other texts as well.
    private static let common = ["read", "help", "how", "instruction", "info", "files", ".hta"]
        .map { Array($0.utf8) }
    /// What notes speak of, by subject, in lower case: harm, money, contact, yours, return.
    private static let subjects: [[[UInt8]]] = [
        ["encrypt", "decrypt", "locked", "stolen", "暗号化", "復号"],
        ["bitcoin", "btc", "monero", "xmr", "ransom", "payment", "身代金"],
        [
            ".onion", "tor browser", "torproject", "protonmail", "tutanota", "onionmail", "tox id",
            "telegram", "contact us", "write to", "email", "e-mail",
        ],
        ["your files", "your data", "your documents", "your network", "personal id", "あなたのファイル"],
        ["recover", "restore", "get back", "return", "復元", "元に戻"],
    ].map { $0.map { Array($0.utf8) } }

    /// Whether a file of so many bytes is to be read as a text that may be one.
    public static func mayBeNote(_ judgement: FullJudgement, byteCount: UInt64) -> Bool {
        judgement.judgementClass == .recognised && judgement.kind.isReadable
            && byteCount <= UInt64(longestByteCount)
    }

    /// Whether a text is one; many copies of it in many folders make a finding.
    ///
    /// - Parameters:
    ///   - name: without its folder.
    ///   - text: the content; of UTF-16 the zeros are left out.
    /// - Returns: whether it is.
    public static func isNoteLike(name: [UInt8], text: [UInt8]) -> Bool {
        let name = lower(name)
        let found = subjects(of: text)
        if telling.contains(where: { holds(name, $0) }) { return found.count { $0 } >= 2 }
        let isCommon = common.contains { holds(name, $0) }
        return asksForSomething(found) && found.count { $0 } >= (isCommon ? 3 : 4)
    }

    /// Whether a text whose name is not known reads like a note.
    ///
    /// - Parameter text: the content; of UTF-16 the zeros are left out.
    /// - Returns: whether it does.
    public static func isNoteLike(text: [UInt8]) -> Bool {
        let found = subjects(of: text)
        return asksForSomething(found) && found.count { $0 } >= 3
    }

    /// A manual of a backup program speaks of the other three.
    private static func asksForSomething(_ found: [Bool]) -> Bool { found[1] || found[2] }

    /// Which subjects a text speaks of; one pass, since a scan looks at every small text.
    private static func subjects(of text: [UInt8]) -> [Bool] {
        let text = lower(text.contains(0) ? text.filter { $0 != 0 } : text)
        var found = [Bool](repeating: false, count: subjects.count)
        let bytes = text.span
        var isInside = false
        for at in bytes.indices {
            let byte = bytes[at]
            let isLetter = byte >= 97 && byte <= 122
            defer { isInside = isLetter }
            if isLetter && isInside { continue }
            for (subject, word) in byFirstByte[Int(byte)] where starts(word, at: at, in: bytes) {
                found[subject] = true
            }
        }
        return found
    }

    private static func starts(_ word: [UInt8], at place: Int, in text: Span<UInt8>) -> Bool {
        guard place + word.count <= text.count else { return false }
        for index in word.indices where text[place + index] != word[index] { return false }
        return true
    }

    /// Words begin where a letter does not go before, so that few places have to be looked at.
    private static let byFirstByte: [[(subject: Int, word: [UInt8])]] = {
        var table = [[(subject: Int, word: [UInt8])]](repeating: [], count: 256)
        for (subject, words) in subjects.enumerated() {
            for word in words { table[Int(word[0])].append((subject, word)) }
        }
        return table
    }()

    private static func lower(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }
    }

    private static func holds(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        text.indices.contains { starts(word, at: $0, in: text.span) }
    }
}

extension Kind {
    /// Whether people can read it as it is.
    public var isReadable: Bool {
        switch self {
        case .textASCII, .textUTF8, .textUTF16, .textEUCJP, .textShiftJIS, .html, .rtf, .xml, .csv:
            true
        default: false
        }
    }
}
