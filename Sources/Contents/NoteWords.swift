internal import Linux

/// Tells whether a text reads like a ransom note, by its name and by what it speaks of.
///
/// Source: the names of the 160 notes of 62 families that Lemmou, Lanet and El Souidi collected
/// (In-Depth Analysis of Ransom Note Files, Computers 10(11):145, 2021); the words are chosen by us.
enum NoteWords {
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

    /// Whether a text is one; many copies of it in many folders make a finding.
    ///
    /// - Parameters:
    ///   - name: without its folder.
    ///   - text: the content; of UTF-16 the zeros are left out.
    /// - Returns: whether it is.
    static func isNoteLike(name: BytePath, text: [UInt8]) -> Bool {
        let name = lower(name.bytes)
        let text = lower(text.filter { $0 != 0 })
        let found = subjects.map { $0.contains { holds(text, $0) } }
        let count = found.count { $0 }
        if telling.contains(where: { holds(name, $0) }) { return count >= 2 }
        // A manual of a backup program speaks of the other three.
        guard found[1] || found[2] else { return false }
        return count >= (common.contains { holds(name, $0) } ? 3 : 4)
    }

    private static func lower(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }
    }

    private static func holds(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        let (text, word) = (text.span, word.span)
        var at = 0
        while at + word.count <= text.count {
            if text[at] == word[0] {
                var length = 1
                while length < word.count, text[at + length] == word[length] { length += 1 }
                if length == word.count { return true }
            }
            at += 1
        }
        return false
    }
}
