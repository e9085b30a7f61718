public import Linux

/// One moment, on the clock of people and on the one that nobody can set.
public struct JournalTime: Sendable, Equatable {
    /// The wall clock.
    public var wall: WallNanoseconds
    /// Time since boot.
    public var boot: UInt64

    /// Names a moment.
    public init(wall: WallNanoseconds, boot: UInt64) {
        (self.wall, self.boot) = (wall, boot)
    }

    /// The number of the day since 1970, in UTC.
    var day: Int64 { wall / 86_400_000_000_000 }
}

/// Where a journal takes the time from.
public struct JournalClock: Sendable {
    /// Which boot of the machine.
    public let boot: String
    /// The time.
    public let now: @Sendable () -> JournalTime

    /// Takes another clock than the kernel's, for tests.
    public init(boot: String, now: @escaping @Sendable () -> JournalTime) {
        (self.boot, self.now) = (boot, now)
    }

    /// The kernel's clocks.
    public static var system: JournalClock {
        let text = ProcessTable.contents("/proc/sys/kernel/random/boot_id", limit: 64) ?? []
        let boot = String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)
        return JournalClock(boot: boot) {
            JournalTime(wall: Clock.wallNanoseconds, boot: Clock.bootNanoseconds)
        }
    }
}
