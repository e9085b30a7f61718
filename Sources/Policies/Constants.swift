/// Limits of what a policy may say.
enum Limits {
    // From the specification: limits.h, without the terminating NUL.
    static let pathByteCount = 4095
    static let nameByteCount = 255

    // Chosen by us. The longest policy in policies/ has 5 kB; a list of allowed programs can be
    // long, and a file beyond this is not a policy.
    static let fileByteCount = 262_144
    static let textScalarCount = 200

    // A lease of less than a second could end before the freeze is reported; after a week of
    // frozen processes nobody is looking.
    static let freezeLease = DurationRange(.seconds(1), .seconds(604_800))
    // Less than a minute is shorter than what a person needs to look; after a week nobody
    // remembers why a computer is turned away.
    static let cutOffFor = DurationRange(.seconds(60), .seconds(604_800))
    // Shorter than half a minute nobody can be called; after a day nobody knows what it was about.
    static let secondPersonWithin = DurationRange(.seconds(30), .seconds(86_400))
    // Less than a minute is no retry at all; beyond a month nobody needs to be told.
    static let giveUpAfter = DurationRange(.seconds(60), .seconds(31 * 86_400))
    // Longer than any address of a service that was seen.
    static let addressByteCount = 2_048
    static let recipientCount = 1...50
    static let calm = DurationRange(.zero, .seconds(1))
    static let sampleEvery = DurationRange(.milliseconds(100), .seconds(3_600))
    static let sampleFor = DurationRange(.milliseconds(1), .seconds(1))

    // The longest time that patients' records are kept by law is counted in decades; beyond ten
    // years a validity says nothing.
    static let validity = DurationRange(.seconds(60), .seconds(10 * 366 * 86_400))

    static let perFolder = 1...16
    static let canaryCount = 1...1_000_000
    static let rewritesPerDay = 1.0...1e9
    // The alarm is at 23.03 with the standing false-alarm budget: a suspicion above it would
    // never come first. Source: facts/entropy.md §7.
    static let suspicious = 0.5...20.0
    static let cpuPercent = 1...100

    // A day is the least that can be looked at after a night; ten years as for validity.
    static let retention = DurationRange(.seconds(86_400), .seconds(10 * 366 * 86_400))
    // Files of 16 MiB are removed one by one, so that less than four of them is no journal.
    static let journalByteCount: ClosedRange<UInt64> = (64 << 20)...(1 << 40)

    // Larger processes are not worth the time that others may wait for what they hold.
    static let evidenceMemory: ClosedRange<UInt64> = 0...(64 << 30)
    static let evidenceTime = DurationRange(.milliseconds(10), .seconds(60))
    // A process that is not stopped may still do what its client had asked for before.
    static let evidenceClientTime = DurationRange(.zero, .seconds(1))
    static let evidenceBudget: ClosedRange<UInt64> = (1 << 20)...(1 << 44)
    static let evidenceFloor: ClosedRange<UInt64> = 0...(1 << 44)
}

/// What holds where a policy says nothing.
///
/// Source of the scores: facts/entropy.md §7.
enum Defaults {
    static let freezeLease = Duration.seconds(1_800)
    static let cutOffFor = Duration.seconds(1_800)
    static let calm = Duration.milliseconds(5)
    static let sampleEvery = Duration.seconds(2)
    static let sampleFor = Duration.milliseconds(20)
    static let perFolder = 2
    static let maximum = 2_000
    static let maximumFolders = 1_000
    static let rewritesPerDay = 10_000.0
    static let suspicious = 4.0
    static let stateDirectory = "/var/lib/kanaria"
    static let runDirectory = "/run/kanaria"
    static let spool = "/var/spool/kanaria"
    static let notified: [NotifiedEvent] = [.incidents, .releases, .overflow, .degraded]
    static let secondPersonWithin = Duration.seconds(600)
    static let giveUpAfter = Duration.seconds(3 * 86_400)
    static let sendmail = "/usr/sbin/sendmail"
    static let cpuBudgetPercent = 50
    // Source: the health ministry's notice of 2021 asks for logs of a year or more; and a month.
    static let retention = Duration.seconds(400 * 86_400)
    static let journalByteCount: UInt64 = 2 << 30
    // A GiB takes about a second where files are written to memory first.
    static let evidenceMemory: UInt64 = 1 << 30
    static let evidenceTime = Duration.seconds(2)
    // An smbd has some 10 MiB of its own, which take about 20 ms.
    static let evidenceClientTime = Duration.milliseconds(50)
    static let evidenceBudget: UInt64 = 8 << 30
    static let evidenceFloor: UInt64 = 2 << 30
}
