internal import Linux

/// Where a journal ends and the next line goes.
struct JournalEnd: Sendable {
    /// The file for the next line.
    var number: UInt64 = 1
    /// Its length.
    var byteCount = 0
    var chain = Chain()
    /// The number of the next line.
    var next: UInt64 = 1
    /// The day of the last line, in UTC.
    var day: Int64?
    /// Whether the writer before this one ended as it should.
    var isClean = true
    /// What had to be done before the journal could go on.
    var repairs = [JournalEvent]()
}

extension JournalEnd {
    /// Finds the end; what a crash left of a line is moved to a file of its own.
    ///
    /// Only a rest without an end of a line counts as a crash's. Whole lines that do not follow
    /// are left where they are, for `verify` to tell of, and a new file is begun behind them.
    init(of folder: JournalFolder) throws(JournalError) {
        let numbers: [UInt64]
        do throws(Errno) { numbers = try folder.numbers() } catch {
            throw .file(folder.path, error)
        }
        for number in numbers.reversed() {
            do throws(Errno) {
                if try take(number, in: folder, isLast: number == numbers.last) { break }
            } catch {
                throw .file(folder.file(number), error)
            }
        }
        do throws(Errno) { try compareWithHead(of: folder) } catch {
            throw .file(folder.head, error)
        }
    }

    /// Leaves a gap in the numbers where lines are gone that were signed.
    private mutating func compareWithHead(of folder: JournalFolder) throws(Errno) {
        let bytes: [UInt8]
        do throws(Errno) {
            let file = try FileDescriptor.open(folder.head, [.noFollow])
            bytes = try file.readToEnd(limit: 2 * JournalWriter.lineLimit)
        } catch {
            if error == .noSuchFile { return }
            throw error
        }
        guard let line = FileLines(bytes).lines.first, let head = LineHead(line),
            head.sequence >= next
        else { return }
        repairs.append(
            JournalEvent(
                .damaged, "lines \(next) to \(head.sequence) are missing",
                [
                    ("kanaria.missing.first", .number(Int64(clamping: next))),
                    ("kanaria.missing.last", .number(Int64(clamping: head.sequence))),
                ]))
        (next, chain) = (head.sequence + 1, Chain(after: line))
    }

    /// Takes the end of one file; false where it has no line, so that the one before decides.
    private mutating func take(
        _ number: UInt64, in folder: JournalFolder, isLast: Bool
    ) throws(Errno) -> Bool {
        let found = FileLines(try folder.read(number))
        let good = Self.following(found.lines)
        let heads = found.lines.compactMap { LineHead($0) }
        if isLast {
            self.number = number
            byteCount = found.lines.reduce(0) { $0 + $1.count + 1 }
            if good < found.lines.count {
                self.number = number + 1
                byteCount = 0
                repairs.append(Self.damage(number, line: good + 1))
            } else if !found.torn.isEmpty {
                try setAside(found.torn, of: number, in: folder)
            }
        }
        guard let line = found.lines.last else { return false }
        chain = Chain(after: line)
        next = (heads.map(\.sequence).max() ?? 0) + 1
        day = heads.last.map { $0.milliseconds / 86_400_000 }
        isClean = Member.text(Checkpoint.reasonName, in: line) == Checkpoint.Reason.close.rawValue
        return true
    }

    /// How many lines at the beginning follow from one another.
    private static func following(_ lines: [[UInt8]]) -> Int {
        var (before, chain): (UInt64?, Chain) = (nil, Chain())
        for (index, line) in lines.enumerated() {
            guard let head = LineHead(line) else { return index }
            if let before, head.sequence != before + 1 || head.previous != chain.digest {
                return index
            }
            (before, chain) = (head.sequence, Chain(after: line))
        }
        return lines.count
    }

    private mutating func setAside(
        _ torn: [UInt8], of number: UInt64, in folder: JournalFolder
    ) throws(Errno) {
        let name = "torn-\(number)-\(byteCount)"
        let copy = try AtomicFile(in: folder.path)
        try copy.file.writeAll(torn.span)
        try copy.commit(as: BytePath(name), replacing: true)
        let file = try FileDescriptor.open(folder.file(number), [.writeOnly, .noFollow])
        try file.truncate(to: UInt64(byteCount))
        try file.sync()
        repairs.append(
            JournalEvent(
                .recovered,
                "\(torn.count) bytes of a line that a crash cut off were moved to \(name)",
                [
                    ("file.name", .text(name)), ("file.size", .number(Int64(torn.count))),
                    ("kanaria.hash.blake2b", .text(Chain.digest(of: torn))),
                ]))
    }

    private static func damage(_ number: UInt64, line: Int) -> JournalEvent {
        let name = JournalFolder.name(number)
        return JournalEvent(
            .damaged, "line \(line) of \(name) does not follow from the line before",
            [("file.name", .text(name)), ("file.line", .number(Int64(line)))])
    }
}
