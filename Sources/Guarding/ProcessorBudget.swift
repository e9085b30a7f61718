internal import Linux

/// Takes the real-time class away while the thread uses more than its share.
struct ProcessorBudget {
    private let pace: Pace
    private var isRealtime = false
    private var (wall, used): (UInt64, UInt64) = (0, 0)

    init(_ pace: Pace) {
        self.pace = pace
        (wall, used) = (Clock.monotonicNanoseconds, Clock.threadNanoseconds)
        set(true)
    }

    private mutating func set(_ on: Bool) {
        guard pace.isRealtime, on != isRealtime else { return }
        if on {
            isRealtime = (try? Scheduling.setRealTime(priority: 1)) != nil
        } else {
            try? Scheduling.setOrdinary()
            isRealtime = false
        }
    }

    mutating func check() {
        let now = Clock.monotonicNanoseconds
        if now - wall < 200_000_000 { return }
        let share = (Clock.threadNanoseconds - used) * 100 / (now - wall)
        set(share <= pace.budgetPercent)
        (wall, used) = (now, Clock.threadNanoseconds)
    }
}
