internal import Linux

/// When touched canaries are looked at again.
///
/// Nothing is done while any canary is being touched: an attack that goes on (as it may where the
/// policy only observes) would meet the new ones as well. Each replanting in a folder doubles the
/// time until the next one there, so that nobody can keep us busy.
struct ReplantSchedule {
    /// How long no canary must have been touched.
    private static let quiet: UInt64 = 2_000_000_000
    /// At most about an hour.
    private static let mostDoublings = 11

    private var due: [BytePath: UInt64] = [:]
    private var doublings: [BytePath: Int] = [:]
    private var lastTouch: UInt64 = 0

    /// Canaries that were touched and are not known to be intact.
    var count: Int { due.count }

    mutating func note(_ paths: [BytePath]) {
        if paths.isEmpty { return }
        lastTouch = Clock.monotonicNanoseconds
        for path in paths { due[path] = lastTouch + delay(path) }
    }

    /// Looks at it later.
    mutating func retry(_ path: BytePath) {
        doublings[path.parent, default: 0] += 1
        due[path] = Clock.monotonicNanoseconds + delay(path)
    }

    /// Nothing more is to be done about it.
    mutating func settle(_ path: BytePath, replanted: Bool = false) {
        due[path] = nil
        if replanted { doublings[path.parent, default: 0] += 1 }
    }

    private func delay(_ path: BytePath) -> UInt64 {
        Self.quiet << min(doublings[path.parent, default: 0], Self.mostDoublings)
    }

    /// How long to wait, at most until `round`.
    func wait(atMostUntil round: UInt64) -> Int32 {
        let now = Clock.monotonicNanoseconds
        let next = min(round, due.values.min().map { max($0, lastTouch + Self.quiet) } ?? round)
        return next <= now ? 0 : Int32(clamping: (next - now) / 1_000_000 + 1)
    }

    /// Those whose time has come.
    func whatIsDue() -> [BytePath] {
        let now = Clock.monotonicNanoseconds
        guard !due.isEmpty, now >= lastTouch + Self.quiet else { return [] }
        return due.filter { $0.value <= now }.map(\.key)
    }
}
