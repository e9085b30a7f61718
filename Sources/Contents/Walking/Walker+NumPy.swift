extension Walker {
    /// Source: numpy.lib.format: a Python dictionary with type and shape, then the elements.
    mutating func walkNumPy() -> Walk {
        let isFirst = input.byte(6) == 1
        let size = isFirst ? input.little16(8) : input.little32(8)
        let start = (isFirst ? 10 : 12) + size
        guard start <= input.byteCount, size <= 1 << 16 else { return .broken(.numpy, .endsEarly) }
        let header = input.bytes(at: isFirst ? 10 : 12, count: size)
        let span = header.span
        judgeStored(input.rest(from: start))
        guard let itemSize = elementSize(span), let count = elementCount(span) else {
            return .walked(.numpy)
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: itemSize)
        let holds = !overflow && bytes <= input.byteCount - start
        return .checked(.numpy, holds, .endsEarly)
    }

    /// The digits of a plain type as in '<f8'; nil for records and objects.
    private func elementSize(_ text: Span<UInt8>) -> Int? {
        guard let place = text.find("'descr': '", within: text.count) else { return nil }
        let kind = text.byte(place + 11)
        let size = digits(text, from: place + 12)
        guard let size, size.value < 1 << 16, text.byte(size.end) == 0x27 else { return nil }
        switch kind {
        case UInt8(ascii: "U"): return size.value * 4
        case UInt8(ascii: "O"): return nil
        default: return size.value
        }
    }

    private func elementCount(_ text: Span<UInt8>) -> Int? {
        guard let place = text.find("'shape': (", within: text.count) else { return nil }
        var at = place + 10
        var count = 1
        while at < text.count, text.byte(at) != 0x29 {
            if let number = digits(text, from: at) {
                count = min(count, 1 << 40).multipliedReportingOverflow(by: number.value).0
                count = max(0, min(count, 1 << 60))
                at = number.end
            } else {
                at += 1
            }
        }
        return count
    }

    private func digits(_ text: Span<UInt8>, from start: Int) -> (value: Int, end: Int)? {
        var at = start
        var value = 0
        while (0x30...0x39).contains(text.byte(at)) {
            value = min(value * 10 + Int(text.byte(at) - 0x30), 1 << 40)
            at += 1
        }
        return at > start ? (value, at) : nil
    }
}
