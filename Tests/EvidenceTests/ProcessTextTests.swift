import Control
import Evidence
import Testing

@Suite struct ProcessTextTests {
    @Test(
        "tells names of an environment and never a value",
        arguments: [
            ("HOME=/root\0PATH=/bin\0", ["HOME", "PATH"]), ("", []),
            ("=secret\0A=b=c\0", ["A"]), ("no sign of equality\0_x1=y", ["_x1"]),
            // What looks like part of a value, as a program may write here.
            ("pass word=secret\0se-cret=1\0\0B=", ["B"]),
        ] as [(String, [String])])
    func names(text: String, names: [String]) {
        #expect(ProcessText.names(inEnvironment: Array(text.utf8)) == names)
    }

    @Test func fields() {
        let found = ProcessText.fields(Array("Uid:\t1\t2\t3\t4\nSeccomp:\t2\nnothing\n".utf8))
        #expect(found == ["Uid": "1 2 3 4", "Seccomp": "2"])
    }

    @Test("finds where the environment lies, whatever the program is called")
    func environment() {
        let fields = (3...52).map { $0 == 50 ? "4096" : $0 == 51 ? "8192" : "\($0)" }
        let text = "7 (a) b) " + fields.joined(separator: " ") + "\n"
        #expect(ProcessText.environmentRange(inStatus: Array(text.utf8)) == 4096..<8192)
        #expect(ProcessText.environmentRange(inStatus: Array("7 (a) S 1".utf8)).isEmpty)
    }

    @Test("reads logins of both sources")
    func logins() {
        var record = [UInt8](repeating: 0, count: 384)
        record[0] = 7
        record[4] = 0x39
        record[5] = 0x30
        for (place, text) in [(8, "pts/0"), (44, "sato"), (76, "192.0.2.7")] {
            for (index, byte) in text.utf8.enumerated() { record[place + index] = byte }
        }
        record[343] = 0x60
        var boot = [UInt8](repeating: 0, count: 384)
        boot[0] = 2
        let found = LoginFacts.parse(utmp: boot + record)
        #expect(found.count == 1 && found.first?.user == "sato")
        #expect(found.first?.terminal == "pts/0" && found.first?.host == "192.0.2.7")
        #expect(found.first?.process == 12345)
        #expect(found.first?.since?.milliseconds == Int64(0x6000_0000) * 1000)
        #expect(LoginFacts.parse(utmp: Array(record.dropLast())).isEmpty)
        let session = "# private\nUID=1000\nUSER=sato\nREMOTE_HOST=192.0.2.7\nLEADER=77\n"
        let login = LoginFacts.parse(session: Array(session.utf8))
        #expect(login?.user == "sato" && login?.host == "192.0.2.7" && login?.process == 77)
        #expect(LoginFacts.parse(session: Array("TTY=tty1".utf8)) == nil)
    }
}
