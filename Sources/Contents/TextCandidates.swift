/// The encodings in which everything seen so far is valid text.
struct TextCandidates: OptionSet, Sendable {
    let rawValue: UInt8

    static let utf8 = TextCandidates(rawValue: 1)
    static let eucJP = TextCandidates(rawValue: 2)
    static let shiftJIS = TextCandidates(rawValue: 4)
    static let utf16Little = TextCandidates(rawValue: 8)
    static let utf16Big = TextCandidates(rawValue: 16)

    static let byteWise: TextCandidates = [.utf8, .eucJP, .shiftJIS]

    /// What a head may be: UTF-16 only with its byte order mark.
    static func candidates(forHead head: Span<UInt8>) -> TextCandidates {
        switch head.big16(0) {
        case 0xFFFE: .utf16Little
        case 0xFEFF: .utf16Big
        default: byteWise
        }
    }

    /// Drops the encodings in which the block is not valid.
    ///
    /// A block may begin and end within a character.
    mutating func narrow(by block: Span<UInt8>, at offset: UInt64, counts: borrowing Histogram) {
        if contains(.utf16Little) || contains(.utf16Big) {
            let isBig = contains(.utf16Big)
            if !isUTF16(block, skipping: Int(offset & 1), isBigEndian: isBig) { self = [] }
            return
        }
        if hasForbiddenControl(counts) {
            self = []
            return
        }
        let highByteCount = counts.count(of: 0x80...0xFF)
        guard highByteCount > 0 else { return }
        let slack = offset == 0 ? 0 : 3
        if contains(.utf8), !isUTF8(block, slack: slack) { remove(.utf8) }
        // Nothing else looks like that much UTF-8, so the other encodings need no reading.
        if contains(.utf8), highByteCount >= 32 { self = .utf8 }
        if contains(.eucJP), !holdsFromSomePhase(block, slack, eucJPLength) { remove(.eucJP) }
        if contains(.shiftJIS), !holdsFromSomePhase(block, min(slack, 1), shiftJISLength) {
            remove(.shiftJIS)
        }
    }

    func kind(hasHighBytes: Bool) -> Kind {
        if contains(.utf16Little) || contains(.utf16Big) { return .textUTF16 }
        if !hasHighBytes, !isEmpty { return .textASCII }
        if contains(.utf8) { return .textUTF8 }
        if contains(.eucJP) { return .textEUCJP }
        return contains(.shiftJIS) ? .textShiftJIS : .none
    }
}

/// Text has tabs, line ends, form feeds, backspaces (manuals) and escapes (ISO-2022-JP), nothing
/// else below a space.
private func hasForbiddenControl(_ counts: borrowing Histogram) -> Bool {
    let forbidden =
        counts.count(of: 0...0x07) + counts.count(of: 0x0E...0x1A) + counts.count(of: 0x1C...0x1F)
    return forbidden > 0
}

/// Source: RFC 3629 §4.
private func isUTF8(_ b: Span<UInt8>, slack: Int) -> Bool {
    var at = 0
    while at < min(slack, b.count), b[at] & 0xC0 == 0x80 { at += 1 }
    while at < b.count {
        let first = b[at]
        if first < 0x80 {
            at += 1
            continue
        }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard (0xC2...0xF4).contains(first) else { return false }
        if at + length > b.count { return true }
        for i in 1..<length where b[at + i] & 0xC0 != 0x80 { return false }
        let second = b[at + 1]
        if first == 0xE0 && second < 0xA0 || first == 0xED && second > 0x9F { return false }
        if first == 0xF0 && second < 0x90 || first == 0xF4 && second > 0x8F { return false }
        at += length
    }
    return true
}

private func holdsFromSomePhase(
    _ b: Span<UInt8>, _ slack: Int, _ length: (Span<UInt8>, Int) -> Int
) -> Bool {
    for phase in 0...min(slack, max(0, b.count - 1)) {
        var at = phase
        while at < b.count {
            let step = length(b, at)
            if step == 0 { break }
            at += step
        }
        if at >= b.count { return true }
    }
    return false
}

/// Bytes of the EUC-JP character at `at`; 0 when it is none.
///
/// Source: JIS X 0208, JIS X 0212.
private func eucJPLength(_ b: Span<UInt8>, _ at: Int) -> Int {
    let first = b[at]
    if first < 0x80 { return 1 }
    let length = first == 0x8F ? 3 : 2
    guard first == 0x8E || first == 0x8F || (0xA1...0xFE).contains(first) else { return 0 }
    for i in (at + 1)..<(at + length) where i < b.count {
        guard (0xA1...0xFE).contains(b[i]) else { return 0 }
    }
    return length
}

/// Bytes of the Shift_JIS (CP932) character at `at`; 0 when it is none.
///
/// Source: JIS X 0201, X 0208.
private func shiftJISLength(_ b: Span<UInt8>, _ at: Int) -> Int {
    let first = b[at]
    if first < 0x80 || (0xA1...0xDF).contains(first) { return 1 }
    guard (0x81...0x9F).contains(first) || (0xE0...0xFC).contains(first) else { return 0 }
    guard at + 1 < b.count else { return 2 }
    let second = b[at + 1]
    return (0x40...0x7E).contains(second) || (0x80...0xFC).contains(second) ? 2 : 0
}

/// Surrogates have to pair and U+0000 and the private use area never stand in text: random units
/// fail within a few dozen.
///
/// Source: RFC 2781 §2.2.
private func isUTF16(_ b: Span<UInt8>, skipping skipped: Int, isBigEndian: Bool) -> Bool {
    var at = skipped
    var isSecondDue = false
    while at + 1 < b.count {
        let unit = isBigEndian ? b.big16(at) : b.little16(at)
        let isSecond = (0xDC00...0xDFFF).contains(unit)
        if isSecond != isSecondDue, at > skipped { return false }
        isSecondDue = (0xD800...0xDBFF).contains(unit)
        if unit == 0 || (0xE000...0xF8FF).contains(unit) { return false }
        at += 2
    }
    return true
}
