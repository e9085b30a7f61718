import Testing

@testable import Sealing

@Suite("Policies that are written")
struct PolicyTermsTests {
    /// Terms that can't be signed.
    struct Bad: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let error: PolicyTermsError
        let change: @Sendable (inout PolicyTerms) -> Void
    }

    static let bad = [
        Bad(testDescription: "line break", error: .invalidText(field: "purpose")) {
            $0.purpose = "a\nissuer: b"
        },
        Bad(testDescription: "empty", error: .invalidText(field: "contact")) { $0.contact = "" },
        Bad(testDescription: "reversed text", error: .invalidText(field: "rule")) {
            $0.rules = ["ok", "\u{202e}txt"]
        },
        Bad(testDescription: "long", error: .invalidText(field: "classification")) {
            $0.classification = String(repeating: "密", count: 342)
        },
        Bad(testDescription: "past", error: .endsBeforeBeginning) { $0.notAfter = 1 },
        Bad(testDescription: "backwards", error: .endsBeforeBeginning) {
            ($0.notBefore, $0.notAfter) = (5_000_000_000, 4_000_000_000)
        },
        Bad(testDescription: "year 10000", error: .invalidTime(field: "not-after")) {
            $0.notAfter = 253_402_300_800
        },
        Bad(testDescription: "many rules", error: .tooLong) {
            $0.rules = Array(repeating: String(repeating: "a", count: 1000), count: 66)
        },
    ]

    @Test("What no reader would take is not signed", arguments: bad)
    func refused(_ bad: Bad) throws {
        var terms = PolicyTerms()
        bad.change(&terms)
        #expect(throws: bad.error) { try Signing(key: .generate(), terms: terms) }
    }

    @Test("A policy of a thousand recipients can be signed and read")
    func thousand() throws {
        let names = (0..<1000).map {
            Hexadecimal.text([UInt8](repeating: 0, count: 14) + [UInt8($0 / 256), UInt8($0 % 256)])
        }
        let policy = try Signing(key: .generate(), terms: PolicyTerms()).policy(recipients: names)
        #expect(try FilePolicy(policy.encoded()) == policy)
    }

    @Test("Whatever is read has one form only", arguments: SignatureVector.all.prefix(12))
    func oneForm(_ vector: SignatureVector) throws {
        let key = try SigningKey.generate()
        var terms = PolicyTerms()
        (terms.purpose, terms.rules, terms.notAfter) = ("研究", ["a", "b"], 4_000_000_000)
        let good = try Signing(key: key, terms: terms).policy(recipients: []).encoded()
        // Bytes of a vector stand in for chance: they are the same in every run.
        for (index, byte) in vector.file.prefix(600).enumerated() {
            var bytes = good
            bytes[(index * 7 + Int(byte)) % good.count] = byte
            if let read = try? FilePolicy(bytes) { #expect(read.encoded() == bytes) }
        }
    }
}

@Suite("Moments", .serialized)
struct MomentTests {
    @Test(
        "They are read as people write them",
        arguments: [
            ("1970-01-01T00:00Z", 0), ("2026-12-31T17:00Z", 1_798_736_400),
            ("2026-12-31T17:00:30Z", 1_798_736_430), ("2026-12-31T17:00+09:00", 1_798_704_000),
            ("2026-12-31 17:00-05:30", 1_798_756_200), ("2028-02-29T00:00Z", 1_835_395_200),
            ("30d", 1_000_000 + 2_592_000), ("12h", 1_043_200), ("90m", 1_005_400),
            ("2w", 2_209_600),
        ] as [(String, Int64)])
    func reads(_ text: String, _ seconds: Int64) {
        #expect(Moment.parse(text, .end, now: 1_000_000) == seconds)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", "d", "30", "-1d", "30 d", "2026-02-30", "2026-13-01", "2026-12-31T24:00Z",
            "2026-12-31T17", "2026-12-31T17:00+9:00", "2026-12-31T17:00Zx", "31.12.2026",
            "２０２６-12-31", "99999999999d", "1969-12-31T23:59Z", "2026-12-31T", "tomorrow",
        ])
    func refuses(_ text: String) {
        #expect(Moment.parse(text, .end, now: 0) == nil)
    }

    @Test("A date alone is a whole day of local time")
    func day() throws {
        let begin = try #require(Moment.parse("2026-06-15", .beginning))
        let end = try #require(Moment.parse("2026-06-15", .end))
        #expect(end - begin == 86399)
        #expect(Moment.parse("2026-06-15T00:00", .end) == begin)
    }
}
