/// Reads numbers and pieces of a file through a window, within a budget.
///
/// No place is out of bounds: what lies past the end, or beyond the budget, reads as zeros. Places
/// and sizes are `Int`; sizes taken from a file are cut to 2^61 and no file counts as larger than
/// 2^60 bytes, so the sum of a place within the file and two sizes cannot overflow.
struct BoundedReader: ~Copyable {
    private var source: any ByteSource
    private var budget: ReadingBudget
    private var window: [UInt8] = []
    /// The file's beginning, to which walks come back.
    private var head: [UInt8] = []
    private var windowStart = 0
    private var windowEnd = 0
    let byteCount: Int
    private(set) var readByteCount = 0
    /// A limit was reached, so that nothing read from now on means anything.
    private(set) var isExhausted = false
    /// The file could not be read, or became shorter meanwhile.
    private(set) var isUnreadable = false

    static let windowByteCount = 1 << 16
    private static let smallReadByteCount = 4096

    init(_ source: any ByteSource, budget: ReadingBudget) {
        self.source = source
        self.budget = budget
        byteCount = Int(min(source.byteCount, 1 << 60))
    }

    /// Counts one element; false when there were too many.
    mutating func step() -> Bool {
        guard budget.stepCount > 0, !isExhausted else {
            isExhausted = true
            return false
        }
        budget.stepCount -= 1
        return true
    }

    /// Makes the window hold `at`; false if that cannot be.
    private mutating func moves(to at: Int) -> Bool {
        if at >= windowStart, at < windowEnd { return true }
        guard at >= 0, at < byteCount, !isUnreadable else { return false }
        if at < head.count {
            window = head
            (windowStart, windowEnd) = (0, head.count)
            return true
        }
        guard !isExhausted else { return false }
        // A jump gets little, going on gets much: directories of huge files stay cheap.
        let isNext = at == windowEnd && at > 0
        let wanted = isNext ? Self.windowByteCount : Self.smallReadByteCount
        let count = min(wanted, byteCount - at)
        guard count <= budget.readByteCount else {
            isExhausted = true
            return false
        }
        budget.readByteCount -= count
        readByteCount += count
        guard let read = fill(at: at, count: count), read >= count else {
            isUnreadable = true
            windowEnd = windowStart
            return false
        }
        windowStart = at
        windowEnd = at + count
        if at == 0 { head = Array(window[0..<count]) }
        return true
    }

    /// The window is taken out meanwhile, since the source belongs to the same value.
    private mutating func fill(at: Int, count: Int) -> Int? {
        var local: [UInt8] = []
        swap(&local, &window)
        defer { swap(&local, &window) }
        if local.count < count {
            local = [UInt8](repeating: 0, count: max(count, min(byteCount, Self.windowByteCount)))
        }
        var target = local.mutableSpan
        return source.read(at: UInt64(at), byteCount: count, into: &target)
    }

    mutating func byte(_ at: Int) -> UInt8 {
        moves(to: at) ? window[at - windowStart] : 0
    }

    /// Copies a piece, cut at the end of the file; at most 1 MiB.
    mutating func bytes(at: Int, count: Int) -> [UInt8] {
        guard at >= 0, at < byteCount, count > 0 else { return [] }
        let end = at + min(count, byteCount - at, 1 << 20)
        var piece: [UInt8] = []
        piece.reserveCapacity(end - at)
        var next = at
        while next < end, moves(to: next) {
            let stop = min(end, windowEnd)
            piece.append(contentsOf: window[(next - windowStart)..<(stop - windowStart)])
            next = stop
        }
        return piece
    }

    mutating func big16(_ at: Int) -> Int { Int(byte(at)) << 8 | Int(byte(at + 1)) }
    mutating func little16(_ at: Int) -> Int { Int(byte(at)) | Int(byte(at + 1)) << 8 }
    mutating func big24(_ at: Int) -> Int { Int(byte(at)) << 16 | big16(at + 1) }
    mutating func big32(_ at: Int) -> Int { big16(at) << 16 | big16(at + 2) }
    mutating func little32(_ at: Int) -> Int { little16(at) | little16(at + 2) << 16 }

    /// An eight-byte number, cut to 2^61.
    mutating func big64(_ at: Int) -> Int { cut(big32(at), big32(at + 4)) }
    mutating func little64(_ at: Int) -> Int { cut(little32(at + 4), little32(at)) }

    private func cut(_ high: Int, _ low: Int) -> Int {
        high >= 1 << 29 ? 1 << 61 : high << 32 | low
    }

    /// A stretch, cut at both ends so that it lies within the file.
    func stretch(_ start: Int, _ end: Int) -> Range<Int> {
        let first = min(max(0, start), byteCount)
        return first..<max(first, min(end, byteCount))
    }

    func rest(from start: Int) -> Range<Int> { stretch(start, byteCount) }

    func contains(_ range: Range<Int>) -> Bool { range.upperBound <= byteCount }

    mutating func has(_ text: String, at: Int) -> Bool {
        guard at >= 0, at <= byteCount - text.utf8.count else { return false }
        var place = at
        for unit in text.utf8 {
            if byte(place) != unit { return false }
            place += 1
        }
        return true
    }

    /// The first place of `text` in a range.
    mutating func find(_ text: String, from start: Int, to end: Int) -> Int? {
        guard let first = text.utf8.first else { return nil }
        var at = max(0, start)
        let last = min(end, byteCount) - text.utf8.count
        while at <= last, moves(to: at) {
            let stop = min(last + 1, windowEnd)
            let found = firstPlace(of: first, from: at - windowStart, to: stop - windowStart)
            guard let found else {
                at = stop
                continue
            }
            at = windowStart + found
            if has(text, at: at) { return at }
            at += 1
        }
        return nil
    }

    /// The first place of a byte's value at or after `start`.
    mutating func find(byte value: UInt8, from start: Int) -> Int? {
        var at = max(0, start)
        while moves(to: at) {
            let found = firstPlace(of: value, from: at - windowStart, to: windowEnd - windowStart)
            if let found { return windowStart + found }
            at = windowEnd
        }
        return nil
    }

    private func firstPlace(of value: UInt8, from start: Int, to end: Int) -> Int? {
        let bytes = window.span
        var i = start
        while i < end {
            if bytes[i] == value { return i }
            i += 1
        }
        return nil
    }

    /// The last place of `text` among the last `limit` bytes.
    mutating func findLast(_ text: String, within limit: Int) -> Int? {
        let start = max(0, byteCount - limit)
        let tail = bytes(at: start, count: byteCount - start)
        let span = tail.span
        var at = tail.count - text.utf8.count
        while at >= 0 {
            if span.has(text, at: at) { return start + at }
            at -= 1
        }
        return nil
    }
}
