import Linux
import Testing

@Suite struct InternetAddressTests {
    @Test(
        "has one form for people",
        arguments: [
            ([192, 0, 2, 1], "192.0.2.1"), ([0, 0, 0, 0], "0.0.0.0"),
            (sixteen([:]), "::"), (sixteen([15: 1]), "::1"), (sixteen([0: 0x20, 1: 1]), "2001::"),
            (sixteen([0: 0x20, 1: 1, 2: 0xd, 3: 0xb8, 15: 1]), "2001:db8::1"),
            // The first of two runs that are equally long; a single zero stays.
            (sixteen([1: 1, 7: 1, 13: 1, 15: 1]), "1::1:0:0:1:1"),
            (sixteen([1: 1, 7: 1, 15: 1]), "1:0:0:1::1"),
            (sixteen([1: 1, 3: 2, 7: 4, 9: 5, 11: 6, 13: 7, 15: 8]), "1:2:0:4:5:6:7:8"),
            (sixteen([0: 0xfe, 1: 0x80, 8: 0xab, 15: 0xcd]), "fe80::ab00:0:0:cd"),
        ] as [([UInt8], String)])
    func text(bytes: [UInt8], text: String) {
        #expect(InternetAddress(bytes)?.description == text)
    }

    @Test("is of version 4 where it is mapped into version 6")
    func mapped() {
        let mapped = sixteen([10: 0xff, 11: 0xff, 12: 192, 13: 0, 14: 2, 15: 7])
        #expect(InternetAddress(mapped) == InternetAddress([192, 0, 2, 7]))
        // Almost mapped.
        #expect(InternetAddress(sixteen([9: 1, 10: 0xff, 11: 0xff]))?.isVersion4 == false)
        #expect(InternetAddress([1, 2, 3]) == nil)
    }
}

private func sixteen(_ set: [Int: UInt8]) -> [UInt8] { (0..<16).map { set[$0] ?? 0 } }
