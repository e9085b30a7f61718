import Contents
import Testing

@Suite struct NoteWordsTests {
    @Test(
        "knows notes by name and words",
        arguments: [
            (
                "HOW_TO_DECRYPT.txt",
                "All your files are encrypted. Install Tor Browser and pay in Bitcoin.", true
            ),
            (
                "FILES ENCRYPTED.txt",
                "all your data has been locked us. You want to return? Write email", true
            ),
            ("README.md", "This library can encrypt and decrypt with AES.", false),
            ("readme.txt", "Backups: restore your data with restic, which encrypts it.", false),
            ("notes.txt", "Meeting on Monday", false),
            ("復号方法.txt", "あなたのファイルは暗号化されました。身代金を支払ってください。", true),
        ])
    func noteWords(name: String, text: String, isNote: Bool) {
        #expect(NoteWords.isNoteLike(name: Array(name.utf8), text: Array(text.utf8)) == isNote)
    }

    @Test(
        "knows notes by their words alone",
        arguments: [
            ("Your files are encrypted. Pay in bitcoin.", true),
            ("Restore your data with restic, which encrypts it.", false),
            ("Your files are encrypted. Write to us by email.", true),
        ])
    func words(text: String, isNote: Bool) {
        #expect(NoteWords.isNoteLike(text: Array(text.utf8)) == isNote)
    }
}
