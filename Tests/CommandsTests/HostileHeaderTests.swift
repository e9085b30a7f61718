import Foundation
import Testing

/// Peak resident memory and end of a call, by `wait4`.
struct Peak {
    let code: Int32
    let kibibytes: Int
    let error: String

    init(_ kanaria: Kanaria, _ arguments: [String], input: String = "") throws {
        let script = """
            import os, sys
            child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
            _, status, usage = os.wait4(child, 0)
            print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
            """
        let run = try kanaria.call(
            "/usr/bin/python3", ["-c", script, Kanaria.program] + arguments, input)
        let numbers = run.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count >= 2, "\(run.output)\(run.error)")
        code = Int32(numbers[numbers.count - 2])
        kibibytes = numbers[numbers.count - 1]
        error = run.error
    }
}

@Suite("Hostile headers", .timeLimit(.minutes(5)))
struct HostileHeaderTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        try kanaria.run(["keygen", "-o", "key"])
    }

    /// A file that asks for more than it may have.
    struct Hostile: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Makes it, in Python, as the bytes `b` and the length `n` it is extended to.
        let maker: String
        let verb: [String]
        let code: Int32
        let words: String
    }

    private static let version = "b=b'age-encryption.org/v1\\n';n=0;"

    static let hostile = [
        Hostile(
            testDescription: "one line of 1 GiB", maker: version + "b+=b'-> x\\n';n=1<<30",
            verb: ["unlock", "-i", "key", "-o", "out"], code: 65, words: "longer than 1048576 bytes"
        ),
        Hostile(
            testDescription: "a body of 1 GiB",
            maker: version + "b+=b'-> x\\n'+(b'A'*64+b'\\n')*30000;n=1<<30",
            verb: ["unlock", "-i", "key", "-o", "out"], code: 65, words: "longer than 65536 bytes"),
        Hostile(
            testDescription: "a million stanzas", maker: version + "b+=b'-> x\\n\\n'*1000000",
            verb: ["unlock", "-i", "key", "-o", "out"], code: 65, words: "more than 1024 stanzas"),
        Hostile(
            testDescription: "a million stanzas, inspected",
            maker: version + "b+=b'-> x\\n\\n'*1000000", verb: ["inspect"], code: 65,
            words: "more than 1024 stanzas"),
        Hostile(
            testDescription: "a million stanzas, rekeyed",
            maker: version + "b+=b'-> x\\n\\n'*1000000",
            verb: ["rekey", "-i", "key", "--only", "--add", "KEY"], code: 65,
            words: "more than 1024 stanzas"),
        Hostile(
            testDescription: "a line of a million words",
            maker: version + "b+=b'->'+b' x'*1000000+b'\\n\\n'", verb: ["inspect"], code: 65,
            words: "longer than 1048576 bytes"),
        Hostile(
            testDescription: "scrypt of 2^62",
            maker: version + "b+=b'-> scrypt '+b'A'*22+b' 62\\n'+b'A'*43+b'\\n--- '+b'A'*43"
                + "+b'\\n'+b'A'*100",
            verb: ["unlock", "--passphrase-fd", "0", "-o", "out"], code: 77,
            words: "units of scrypt work"),
        Hostile(
            testDescription: "scrypt of 2^21",
            maker: version + "b+=b'-> scrypt '+b'A'*22+b' 21\\n'+b'A'*43+b'\\n--- '+b'A'*43"
                + "+b'\\n'+b'A'*100",
            verb: ["unlock", "--passphrase-fd", "0", "-o", "out"], code: 77,
            words: "units of scrypt work"),
        Hostile(
            testDescription: "armor of one endless line",
            maker: "b=b'-----BEGIN AGE ENCRYPTED FILE-----\\n'+b'A'*3000000;n=0",
            verb: ["unlock", "-i", "key", "-o", "out"], code: 65, words: "has the wrong length"),
        Hostile(
            testDescription: "armor around a million stanzas",
            maker: "import base64;" + version + "b+=b'-> x\\n\\n'*1000000;e=base64.b64encode(b);"
                + "b=b'-----BEGIN AGE ENCRYPTED FILE-----\\n'"
                + "+b'\\n'.join(e[i:i+64] for i in range(0,len(e),64))"
                + "+b'\\n-----END AGE ENCRYPTED FILE-----\\n'",
            verb: ["unlock", "-i", "key", "-o", "out"], code: 65, words: "more than 1024 stanzas"),
    ]

    @Test("Are refused in little memory", arguments: hostile)
    func refused(_ hostile: Hostile) throws {
        let maker = hostile.maker + ";f=open('bad.age','wb');f.write(b);n and f.truncate(n)"
        #expect(try kanaria.call("/usr/bin/python3", ["-c", maker]).code == 0)
        let key = try kanaria.run(["keygen", "-y", "key"]).output.trimmingCharacters(
            in: .whitespacesAndNewlines)
        let verb = hostile.verb.map { $0 == "KEY" ? key : $0 }
        let peak = try Peak(kanaria, verb + ["bad.age"], input: "secret\n")
        #expect(peak.code == hostile.code, "\(peak.error)")
        #expect(peak.error.contains(hostile.words), "\(peak.error)")
        // The program itself takes some 20 MiB when it is built for debugging; a header within
        // the limits is held several times while it is read.
        #expect(peak.kibibytes < 64 << 10)
        #expect(kanaria.names == ["bad.age", "key"])
    }
}
