internal import Linux

/// What a writer remembers about removing files.
struct Removal: Sendable {
    /// Whether to look for something to remove.
    var isDue = true
    /// Whether it was told that incidents alone take more than the budget.
    var hasToldBudget = false
    /// Files that hold a line of an incident.
    var incidents = [UInt64: Bool]()
    /// Wall clock minus time since boot, and since when it is so.
    var offset: (nanoseconds: Int64, since: UInt64)?
    /// When it was last looked because time had passed.
    var hour: UInt64 = 0

    /// By how much the wall clock may drift against the other; NTP slews far less.
    private static let tolerance: Int64 = 60_000_000_000

    /// For how long the wall clock has run evenly: age is not believed right after a jump.
    mutating func steadiness(_ now: JournalTime) -> UInt64 {
        let difference = now.wall &- Int64(clamping: now.boot)
        if let offset, abs(difference &- offset.nanoseconds) <= Self.tolerance {
            return now.boot &- offset.since
        }
        offset = (difference, now.boot)
        return 0
    }
}

extension JournalWriter {
    /// Removes files that are too old, then, while all take too much, the oldest ones without a
    /// line of an incident.
    ///
    /// What goes is told and signed before it goes, so that `verify` knows it from a theft.
    mutating func removeOld(_ now: JournalTime) throws(JournalError) {
        let isSteady = removal.steadiness(now) >= limits.steadyNanoseconds
        // Once an hour besides, for age and for limits that were changed.
        guard removal.isDue || (isSteady && removal.hourPassed(now)) else { return }
        removal.isDue = false
        do throws(Errno) {
            let numbers = try folder.numbers()
            let old = numbers.filter { $0 < number }
            var victims = Set(isSteady ? try tooOld(old, now) : [])
            let isOver = try addLarge(&victims, old)
            if isOver, !removal.hasToldBudget { try tell(now) }
            removal.hasToldBudget = isOver
            if !victims.isEmpty { try remove(victims, numbers, now) }
        } catch {
            throw .file(folder.path, error)
        }
    }

    private func tooOld(_ numbers: [UInt64], _ now: JournalTime) throws(Errno) -> [UInt64] {
        var found = [UInt64]()
        for number in numbers {
            guard let last = try folder.lastHead(number) else { continue }
            if now.wall / 1_000_000 - last.milliseconds <= limits.retentionSeconds * 1000 { break }
            found.append(number)
        }
        return found
    }

    /// True where the rest is still too large.
    private mutating func addLarge(
        _ victims: inout Set<UInt64>, _ numbers: [UInt64]
    ) throws(Errno) -> Bool {
        var total: UInt64 = 0
        var sizes = [UInt64: UInt64]()
        for number in numbers + [number] {
            let size = try FileStatus.of(folder.file(number)).byteCount
            sizes[number] = size
            if !victims.contains(number) { total += size }
        }
        for number in numbers where !victims.contains(number) {
            if total <= limits.budgetByteCount { break }
            if try holdsIncident(number) { continue }
            victims.insert(number)
            total -= sizes[number] ?? 0
        }
        return total > limits.budgetByteCount
    }

    private mutating func holdsIncident(_ number: UInt64) throws(Errno) -> Bool {
        if let known = removal.incidents[number] { return known }
        let holds = Member.stands(JournalEvent.incidentName, in: try folder.read(number))
        removal.incidents[number] = holds
        return holds
    }

    private mutating func tell(_ now: JournalTime) throws(Errno) {
        let limit = limits.budgetByteCount
        _ = try? append([
            (now, JournalEvent(.overBudget, "incidents alone take more than \(limit) bytes"))
        ])
    }

    private mutating func remove(
        _ victims: Set<UInt64>, _ numbers: [UInt64], _ now: JournalTime
    ) throws(Errno) {
        var gone = try folder.gaps(numbers.filter { !victims.contains($0) }, victims, numbers)
        for victim in victims.sorted() {
            for line in FileLines(try folder.read(victim)).lines {
                // What an earlier removal told must be told again: its line goes now.
                if let told = RemovedLines(line), !gone.contains(where: { $0.covers(told) }) {
                    gone.append(told)
                }
            }
        }
        let told = try? append(gone.map { (now, $0.event(victims.count)) })
        guard told != nil, (try? sign(.removal)) != nil else { return }
        let home = try FileDescriptor.open(folder.path, [.directory])
        for victim in victims.sorted() {
            try home.remove(BytePath(JournalFolder.name(victim)))
            removal.incidents[victim] = nil
        }
        try home.sync()
    }
}

extension Removal {
    /// Whether an hour has passed since this was true for the last time.
    fileprivate mutating func hourPassed(_ now: JournalTime) -> Bool {
        if now.boot &- hour < 3_600_000_000_000 { return false }
        hour = now.boot
        return true
    }
}

/// Numbers of lines that were removed on purpose.
struct RemovedLines: Sendable, Equatable {
    var first: UInt64
    var last: UInt64

    private static let firstName = "kanaria.removed.first"
    private static let lastName = "kanaria.removed.last"

    init(first: UInt64, last: UInt64) { (self.first, self.last) = (first, last) }

    /// Reads the line that tells of a removal; nil where it is another one.
    init?(_ line: [UInt8]) {
        guard LineHead(line)?.action == JournalAction.filesRemoved.rawValue,
            let first = Member.number(Self.firstName, in: line),
            let last = Member.number(Self.lastName, in: line)
        else { return nil }
        self.init(first: first, last: last)
    }

    func covers(_ other: RemovedLines) -> Bool { first <= other.first && other.last <= last }

    func event(_ fileCount: Int) -> JournalEvent {
        JournalEvent(
            .filesRemoved, "lines \(first) to \(last) were removed: too old, or no room",
            [
                (Self.firstName, .number(Int64(clamping: first))),
                (Self.lastName, .number(Int64(clamping: last))),
                ("kanaria.removed.files", .number(Int64(fileCount))),
            ])
    }
}

extension JournalFolder {
    /// The beginning of the last line of a file; nil where it has none.
    func lastHead(_ number: UInt64) throws(Errno) -> LineHead? {
        let file = try FileDescriptor.open(self.file(number), [.noFollow])
        let end = try file.status().byteCount
        // A line and the one before it at most.
        let start = end - min(end, UInt64(2 * JournalWriter.lineLimit))
        try file.seek(to: start)
        return FileLines(try file.readToEnd(limit: Int(end - start))).lines.last
            .flatMap { LineHead($0) }
    }

    /// The beginning of the first line of a file; nil where it has none.
    func firstHead(_ number: UInt64) throws(Errno) -> LineHead? {
        let file = try FileDescriptor.open(self.file(number), [.noFollow])
        return FileLines(try file.readToEnd(limit: 2 * JournalWriter.lineLimit)).lines.first
            .flatMap { LineHead($0) }
    }

    /// The lines that are missing between the files that stay, where one that goes is among them.
    func gaps(
        _ staying: [UInt64], _ victims: Set<UInt64>, _ all: [UInt64]
    ) throws(Errno) -> [RemovedLines] {
        var gaps = [RemovedLines]()
        var (before, lastSequence): (UInt64, UInt64) = (0, 0)
        for number in staying {
            let isAbout = victims.contains { before < $0 && $0 < number }
            // The file that was just begun has no line yet.
            let first = try firstHead(number)?.sequence
            let end = try all.filter { $0 < number }.max().flatMap { (last) throws(Errno) in
                try lastHead(last)?.sequence
            }
            let last = first.map { $0 - 1 } ?? end ?? lastSequence
            if isAbout, last > lastSequence {
                gaps.append(RemovedLines(first: lastSequence + 1, last: last))
            }
            (before, lastSequence) = (number, try lastHead(number)?.sequence ?? last)
        }
        return gaps
    }
}
