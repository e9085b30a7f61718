import Age
import Foundation
import Linux
import Testing

@Suite("Many files in one call")
struct ManyFilesTests {
    let place: Workplace
    let key: String

    init() throws {
        place = try Workplace()
        let identity = try X25519Identity.generate()
        key = identity.recipient.text
        try place.write("id", Array((identity.secretText() + "\n").utf8))
        for number in 1...3 { try place.write("file\(number)", pattern(number * 1000)) }
    }

    @Test("Names of any bytes come back with their content")
    func anyNames() throws {
        let made = try place.shell(
            "mkdir in sealed out && cp file1 in/日本語.txt && cp file2 $'in/bad\\xff' && "
                + "cp file3 $'in/line\\nfeed' && cp file1 'in/-leading' && cd in && "
                + "$kanaria protect -r \(key) -o ../sealed -- * && cd ../sealed && "
                + "$kanaria unlock -i ../id -o ../out/ -- * && diff -r ../in ../out")
        #expect(made.code == 0, "\(made.error)")
        #expect(made.output.isEmpty && made.error.isEmpty)
    }

    @Test(
        "A file that fails does not stop the others",
        arguments: [("en", "1 of 3"), ("ja", "3 件中 1 件")])
    func oneFails(_ language: String, _ summary: String) throws {
        let sealed = try place.shell(
            "$kanaria protect --lang \(language) -r \(key) file1 none file3")
        #expect(sealed.code == 66)
        #expect(sealed.error.contains(summary))
        #expect(place.names == ["file1", "file1.age", "file2", "file3", "file3.age", "id"])
        let opened = try place.shell(
            "mkdir out; $kanaria unlock --lang \(language) -i id -o out file1.age id file3.age")
        #expect(opened.code == 64)
        #expect(opened.error.contains(summary))
        #expect(
            try place.shell("cmp file1 out/file1 && cmp file3 out/file3; ls out").output
                == "file1\nfile3\n")
    }

    @Test(
        "What can't be meant is refused",
        arguments: [
            ("protect -r KEY file1 file2 -o -", 64), ("protect -r KEY file1 file2 -o none", 73),
            ("protect -r KEY file1 -o none/", 73), ("protect -r KEY file1 file2 -o file3", 73),
            ("unlock -i id file1.age file2.age --to-stdout", 64),
            ("unlock -i id file1 file2", 64),
        ] as [(String, Int32)])
    func refused(_ arguments: String, _ code: Int32) throws {
        let ending = try place.shell(
            "$kanaria " + arguments.replacingOccurrences(of: "KEY", with: key))
        #expect(ending.code == code)
        #expect(ending.error.contains("kanaria: hint: "))
        #expect(place.names == ["file1", "file2", "file3", "id"])
    }

    @Test("The same name twice is written once")
    func collision() throws {
        let ending = try place.shell(
            "mkdir other out && cp file2 other/file1 && $kanaria protect -r \(key) -o out file1 other/file1"
        )
        #expect(ending.code == 73)
        #expect(try place.shell("ls out").output == "file1.age\n")
    }

    @Test("Hundreds of operands arrive one by one")
    func hundreds() throws {
        let ending = try place.shell(
            "mkdir in out && for n in {1..300}; do echo $n > in/$n; done && "
                + "$kanaria protect -r \(key) -o out in/* && rm in/7 && "
                + "$kanaria unlock -i id -o in/ out/7.age && cat in/7 && ls out | wc -l")
        #expect(ending.output == "7\n300\n", "\(ending.error)")
    }

    @Test("One file for each recipient opens with that key alone")
    func perRecipient() throws {
        let other = try X25519Identity.generate()
        try place.write("other", Array((other.secretText() + "\n").utf8))
        let ending = try place.shell(
            "$kanaria protect --per-recipient -r \(key) -r \(other.recipient.text) file1 file2")
        #expect(ending.code == 0, "\(ending.error)")
        let labels = [key, other.recipient.text].map { $0.prefix(12) }
        for (label, identity, wrong) in [(labels[0], "id", "other"), (labels[1], "other", "id")] {
            for file in ["file1", "file2"] {
                let sealed = "\(file).\(label).age"
                #expect(try place.shell("$kanaria unlock -i \(wrong) -o no \(sealed)").code == 77)
                #expect(
                    try place.shell("$kanaria unlock -i \(identity) -o - \(sealed) | cmp - \(file)")
                        .code == 0)
            }
        }
    }
}
