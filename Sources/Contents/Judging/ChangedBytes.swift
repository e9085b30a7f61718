/// The bytes of a new content that differ from the old one at their places.
struct ChangedBytes {
    private(set) var tally = PayloadTally()
    /// Bytes that stayed as they were.
    private(set) var keptByteCount = 0
    /// Of these, bytes in runs of sixteen or more, which do not agree by chance.
    private(set) var keptRunByteCount = 0

    init(old: Span<UInt8>, new: Span<UInt8>) {
        let common = min(old.count, new.count)
        var run: [UInt8] = []
        var at = 0
        while at < common {
            let same = Self.endOfSame(old, new, from: at, to: common)
            keptByteCount += same - at
            if same - at >= 16 { keptRunByteCount += same - at }
            at = same
            guard at < common else { break }
            let end = Self.endOfRun(old, new, from: at, to: common)
            for i in at..<end { run.append(new[i]) }
            if run.count >= 1 << 14 {
                tally.add(run.span)
                run.removeAll(keepingCapacity: true)
            }
            at = end
        }
        tally.add(run.span)
        // What was added may be a footer as well as the rest of a ciphertext.
        if new.count > common, new.count - common > 4096 || tally.byteCount == 0 {
            tally.add(new.extracting(common..<new.count))
        }
    }

    private static func endOfSame(
        _ old: Span<UInt8>, _ new: Span<UInt8>, from start: Int, to common: Int
    ) -> Int {
        var at = start
        while at < common, old[at] == new[at] { at += 1 }
        return at
    }

    /// Runs are joined over gaps of at most two bytes, which agree by chance.
    private static func endOfRun(
        _ old: Span<UInt8>, _ new: Span<UInt8>, from start: Int, to common: Int
    ) -> Int {
        var end = start + 1
        var at = end
        while at < common, at - end <= 2 {
            if old[at] != new[at] { end = at + 1 }
            at += 1
        }
        return end
    }
}

/// How the values of two contents of one length go together.
struct PairedBytes {
    /// Bytes that are compared at most.
    static let sampleByteCount = 1 << 16
    private let count: Int
    private var equalCount = 0
    private var keptClassCount = 0
    private var wordCount = 0
    private var letterCount = 0
    private var keptLetterCount = 0
    private var distinctCount = 0
    private(set) var isSubstitution = false

    init(old: Span<UInt8>, new: Span<UInt8>) {
        count = old.count
        var forward = [Int](repeating: -1, count: 256)
        var backward = [Int](repeating: -1, count: 256)
        var isOneToOne = true
        for i in old.indices {
            let (before, after) = (Int(old[i]), Int(new[i]))
            if before == after { equalCount += 1 }
            let kind = Self.characterClass(old[i])
            if kind == Self.characterClass(new[i]) { keptClassCount += 1 }
            if kind > 0 { wordCount += 1 }
            if kind > 1 {
                letterCount += 1
                if before == after { keptLetterCount += 1 }
            }
            if forward[before] == -1 {
                forward[before] = after
                distinctCount += 1
            }
            if backward[after] == -1 { backward[after] = before }
            if forward[before] != after || backward[after] != before { isOneToOne = false }
        }
        isSubstitution = isOneToOne
    }

    /// Most bytes changed.
    var isRewritten: Bool { equalCount * 2 < count }

    /// There was enough variety for a rule to mean something.
    var isVaried: Bool { distinctCount >= 16 }

    /// Source: facts/entropy.md §6.4 K3; a quarter of letters and digits is our choice.
    var keepsClasses: Bool {
        isRewritten && keptClassCount * 1000 > count * 995 && wordCount * 4 >= count
    }

    /// All letters were exchanged, and hardly anything else: K3 in content of few letters.
    ///
    /// A tenth of letters, of which a tenth may be as they were, is our choice.
    var exchangesLetters: Bool {
        keptClassCount * 1000 > count * 995 && letterCount * 10 >= count
            && keptLetterCount * 10 <= letterCount
    }

    private static func characterClass(_ byte: UInt8) -> Int {
        switch byte {
        case 0x30...0x39: 1
        case 0x41...0x5A: 2
        case 0x61...0x7A: 3
        default: 0
        }
    }

    /// Source: facts/entropy.md §6.4 K1: a lag of at most 256 at which 95 % agree.
    func hasRepeatedKey(_ old: Span<UInt8>, _ new: Span<UInt8>) -> Bool {
        let whole = min(old.count, new.count)
        let length = min(whole, 8192)
        let windowCount = min(16, (whole + length - 1) / length)
        // Headers and free pages are mostly zeros, in which nothing can be told from a key.
        for number in 0..<windowCount {
            let start = (whole - length) * number / max(1, windowCount - 1)
            let part = start..<(start + length)
            if Self.hasRepeatedKey(old.extracting(part), new.extracting(part)) { return true }
        }
        return false
    }

    private static func hasRepeatedKey(_ old: Span<UInt8>, _ new: Span<UInt8>) -> Bool {
        var key = [UInt8](repeating: 0, count: old.count)
        var unchangedCount = 0
        for i in old.indices {
            key[i] = old[i] ^ new[i]
            if key[i] == 0 { unchangedCount += 1 }
        }
        // What did not change is no key of zeros.
        guard unchangedCount * 2 < old.count else { return false }
        for lag in 1...256 where old.count > 2 * lag {
            let allowed = (old.count - lag) / 20
            // An old content that repeats itself gives differences that do.
            if differs(key.span, at: lag, atMost: allowed),
                !repeats(old, lag) || holdsWhereVaried(key.span, old, lag)
            {
                return true
            }
        }
        return false
    }

    /// Whether at most `allowed` bytes differ from those `lag` before; most lags fail early.
    private static func differs(_ key: Span<UInt8>, at lag: Int, atMost allowed: Int) -> Bool {
        var differing = 0
        var i = lag
        while i < key.count, differing <= allowed {
            if key[i] != key[i - lag] { differing += 1 }
            i += 1
        }
        return differing <= allowed
    }

    /// Whether the key holds at those places at which the old content does not repeat itself.
    private static func holdsWhereVaried(
        _ key: Span<UInt8>, _ old: Span<UInt8>, _ lag: Int
    ) -> Bool {
        var (variedCount, differingCount) = (0, 0)
        for i in lag..<old.count where old[i] != old[i - lag] {
            variedCount += 1
            if key[i] != key[i - lag] { differingCount += 1 }
        }
        return variedCount >= 128 && differingCount * 20 <= variedCount
    }

    private static func repeats(_ old: Span<UInt8>, _ lag: Int) -> Bool {
        var equal = 0
        for i in lag..<old.count where old[i] == old[i - lag] { equal += 1 }
        return equal * 2 > old.count - lag
    }
}
