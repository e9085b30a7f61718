/// Counts numbers that name a person or a card, by their check digits.
///
/// A number stands by itself: neither letters, digits nor a decimal point touch it. It is written
/// in one piece, or in the usual groups with the same space or hyphen between them.
struct NumberScanner: Sendable {
    private(set) var myNumbers = 0
    private(set) var cards = 0

    private var digits = InlineArray<48, UInt8>(repeating: 0)
    private var count = 0
    /// Digits in each group so far.
    private var groups = InlineArray<6, Int>(repeating: 0)
    private var groupCount = 0
    private var separator: UInt8 = 0
    /// Whether the number can't be one any more, until something ends it.
    private var isSpoilt = false
    private var afterSeparator = false
    /// The last bytes, for digits of full width: EF BC 90...99 in UTF-8.
    private var wide = 0

    mutating func feed(_ byte: UInt8) {
        if let digit = digit(byte) { return add(digit) }
        if wide > 0 { return }
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "-"):
            guard count > 0, !isSpoilt, !afterSeparator else { return end() }
            if separator != 0, separator != byte { return end() }
            separator = byte
            afterSeparator = true
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"), UInt8(ascii: "."):
            spoil()
        default: end()
        }
    }

    mutating func finish() { end() }

    /// The digit that a byte is or completes.
    private mutating func digit(_ byte: UInt8) -> UInt8? {
        switch (wide, byte) {
        case (0, 0xef): wide = 1
        case (1, 0xbc): wide = 2
        case (2, 0x90...0x99):
            wide = 0
            return byte - 0x90
        default:
            wide = 0
            return (0x30...0x39).contains(byte) ? byte - 0x30 : nil
        }
        return nil
    }

    private mutating func add(_ digit: UInt8) {
        if isSpoilt { return }
        if count == 0 || afterSeparator {
            // The longest card has 19 digits: what comes behind is another number.
            if groupCount == groups.count || count >= 19 { end() }
            groups[groupCount] = 0
            groupCount += 1
            afterSeparator = false
        }
        guard count < digits.count else {
            isSpoilt = true
            return
        }
        digits[count] = digit
        count += 1
        groups[groupCount - 1] += 1
    }

    /// What is touched by a letter is no number; groups in front of it may be.
    private mutating func spoil() {
        if groupCount > 0, !afterSeparator {
            groupCount -= 1
            count -= groups[groupCount]
        }
        end()
        isSpoilt = true
    }

    private mutating func end() {
        if !isSpoilt, count >= 12 { judge() }
        (count, groupCount, separator) = (0, 0, 0)
        (isSpoilt, afterSeparator) = (false, false)
    }

    private mutating func judge() {
        if groupCount > 1, isUsualGrouping { return judge(0..<count) }
        var start = 0
        for index in 0..<groupCount {
            judge(start..<(start + groups[index]))
            start += groups[index]
        }
    }

    /// 4-4-4, 4-4-4-4, 4-4-4-4-3 and 4-6-4 or 4-6-5 of the cards with 14 and 15 digits.
    private var isUsualGrouping: Bool {
        let sizes = (0..<groupCount).map { groups[$0] }
        return [[4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4, 3], [4, 6, 4], [4, 6, 5]].contains(sizes)
    }

    private mutating func judge(_ range: Range<Int>) {
        let number = range.map { Int(digits[$0]) }
        // Nobody has a number of one digit alone, and forms are filled with such.
        if number.allSatisfy({ $0 == number[0] }) { return }
        if CheckDigit.isMyNumber(number) { myNumbers += 1 }
        if CheckDigit.isPaymentCard(number) { cards += 1 }
    }
}

/// Check digits of numbers that name people and cards.
enum CheckDigit {
    /// Whether 12 digits are an individual number of Japan.
    ///
    /// Source: 平成26年総務省令第85号 第5条: 11 - (sum of P(n) * Q(n) mod 11), where n counts from
    /// the digit before the check digit, and Q(n) is n + 1 up to 6 and n - 5 from 7; 0 where the
    /// rest is at most 1.
    static func isMyNumber(_ digits: [Int]) -> Bool {
        guard digits.count == 12 else { return false }
        var sum = 0
        for place in 1...11 { sum += digits[11 - place] * (place <= 6 ? place + 1 : place - 5) }
        let rest = sum % 11
        return digits[11] == (rest <= 1 ? 0 : 11 - rest)
    }

    /// Whether digits are the number of a card: its issuer's prefix and length, and Luhn's rule.
    static func isPaymentCard(_ digits: [Int]) -> Bool {
        guard (13...19).contains(digits.count), isIssued(digits) else { return false }
        return isLuhn(digits)
    }

    /// Source: ISO/IEC 7812-1 annex B.
    static func isLuhn(_ digits: [Int]) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, item in
            let value = item.offset % 2 == 1 ? item.element * 2 : item.element
            return sum + (value > 9 ? value - 9 : value)
        }
        return sum % 10 == 0
    }

    /// Ranges of the first four digits and the lengths that go with them.
    ///
    /// Source: the issuers' published ranges: Visa, Mastercard, American Express, Diners Club,
    /// Discover, UnionPay, JCB.
    private static let issuers: [(ranges: [ClosedRange<Int>], lengths: [Int])] = [
        ([4000...4999], [13, 16, 19]), ([5100...5599, 2221...2720], [16]),
        ([3400...3499, 3700...3799], [15]), ([3000...3059, 3600...3699, 3800...3999], [14]),
        ([6011...6011, 6440...6599], [16, 17, 18, 19]), ([6200...6299], [16, 17, 18, 19]),
        ([3528...3589], [16, 17, 18, 19]),
    ]

    private static func isIssued(_ digits: [Int]) -> Bool {
        let prefix = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
        return issuers.contains { issuer in
            issuer.lengths.contains(digits.count)
                && issuer.ranges.contains { $0.contains(prefix) }
        }
    }
}
