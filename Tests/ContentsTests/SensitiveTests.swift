import Testing

@testable import Contents

private func findings(_ text: String) -> [SensitiveFindings.Kind: Int] {
    findings(Array(text.utf8))
}

private func findings(_ bytes: [UInt8]) -> [SensitiveFindings.Kind: Int] {
    var scanner = SensitiveScanner()
    scanner.feed(bytes.span)
    let whole = scanner.finish()
    // However it is cut, the same is found.
    for size in [1, 7] {
        var scanner = SensitiveScanner()
        var start = 0
        while start < bytes.count {
            let end = min(start + size, bytes.count)
            scanner.feed(bytes.span.extracting(start..<end))
            start = end
        }
        #expect(scanner.finish() == whole)
    }
    return whole.counts
}

@Suite("Sensitive data")
struct SensitiveTests {
    // The published specimen of a notification card, and numbers made by the rule.
    @Test(
        "An individual number is known by its check digit",
        arguments: ["123456789018", "000000000019", "987654321093".prefixRule])
    func checkDigit(_ number: String) {
        #expect(CheckDigit.isMyNumber(number.compactMap(\.wholeNumberValue)))
    }

    @Test(
        "Numbers are found however they are written",
        arguments: [
            "番号:123456789018。", "1234 5678 9018", "1234-5678-9018", "1２３４５６７８９０１８",
            "a,123456789018\r\n", "123456789018 4111111111111111 x",
            "1 22 333 4444 55555 666666 7 123456789018", "123456789018 x",
        ])
    func written(_ text: String) {
        #expect(findings(text)[.myNumber] == 1, "\(text)")
    }

    @Test(
        "What is part of something else is no number",
        arguments: [
            "123456789019", "x123456789018", "123456789018x", "0.123456789018", "1234567890181",
            "1234_56789018", "1234 5678-9018", "111111111111", "000000000000", "12345678901",
        ])
    func notNumbers(_ text: String) {
        #expect(findings(text).isEmpty, "\(text)")
    }

    @Test(
        "Cards are found by prefix, length and Luhn's rule",
        arguments: [
            "4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "3530111333300000",
            "378282246310005", "3782 822463 10005", "30569309025904", "6011111111111117",
            "2223003122003222",
        ])
    func cards(_ text: String) {
        #expect(findings("a;\(text);b") == [.paymentCard: 1], "\(text)")
    }

    @Test(
        "Other numbers are no cards",
        arguments: [
            "4111111111111112", "9111111111111111", "411111111111111", "4111 1111 11111111",
            "20261123101500", "0000000000000000",
        ])
    func notCards(_ text: String) {
        #expect(findings(text)[.paymentCard] == nil, "\(text)")
    }

    @Test("Patients in HL7 messages are counted")
    func hl7() {
        let message = "MSH|^~\\&|LAB|H\rPID|1||123\rOBX|1\r"
        #expect(findings(message + message) == [.hl7Patient: 2])
        #expect(findings("PID|1||123\r").isEmpty)
        #expect(findings("xMSH|a\rxPID|b\r").isEmpty)
    }

    @Test("Filled patient fields of DICOM are counted")
    func dicom() {
        let name: [UInt8] = [0x10, 0, 0x10, 0] + Array("PN".utf8) + [6, 0] + Array("A^BCDE".utf8)
        let empty: [UInt8] = [0x10, 0, 0x20, 0] + Array("LO".utf8) + [0, 0]
        let day: [UInt8] = [0x10, 0, 0x30, 0, 8, 0, 0, 0] + Array("19700101".utf8)
        let head = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        let rest = [UInt8](repeating: 0, count: 16)
        #expect(findings(head + name + empty + day + rest) == [.dicomPatient: 2])
        #expect(findings(name + empty + day + rest).isEmpty)
        #expect(findings(head).isEmpty)
    }
}

extension String {
    /// The number with the check digit that the rule asks for, worked out the slow way.
    fileprivate var prefixRule: String {
        let digits = prefix(11).compactMap(\.wholeNumberValue)
        let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
        let rest = zip(digits, weights).map { $0 * $1 }.reduce(0, +) % 11
        return prefix(11) + "\(rest <= 1 ? 0 : 11 - rest)"
    }
}
