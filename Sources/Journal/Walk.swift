internal import Linux

/// Follows the chain through the files and blames what does not fit.
struct Walk {
    var found: Verification
    private let key: [UInt8]
    private var anchors: [JournalAnchor]

    /// The number of the next line.
    private var expected: UInt64 = 1
    /// The digest that it carries; nil behind a line that was changed.
    private var digest: String? = Chain().digest
    /// Whether the last line is known to be changed.
    private var isBlamed = false
    private var last = Place(number: 0, line: 0)
    private var lastHead: LineHead?
    private var lastReason: String?
    private var gaps = [JournalFault]()
    private var removed = [(lines: RemovedLines, sequence: UInt64)]()
    private var hasCheckpoint = false

    /// Milliseconds by which the wall clock may lag: it is slewed, and both are rounded.
    private static let tolerance: Int64 = 1000

    struct Place {
        var number: UInt64
        var line: Int
        var file: String { JournalFolder.name(number) }
    }

    /// A line where it stands.
    struct StandingLine {
        let bytes: [UInt8]
        let head: LineHead?
        let digest: String

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            head = LineHead(bytes)
            digest = Chain.digest(of: bytes)
        }
    }

    init(key: [UInt8], anchors: [JournalAnchor]) {
        found = Verification(key: Hexadecimal.text(key))
        (self.key, self.anchors) = (key, anchors)
    }

    /// Takes the next file.
    mutating func take(_ lines: FileLines, of number: UInt64) {
        found.fileCount += 1
        let page = Page(lines.lines.map { StandingLine($0) })
        var (index, strays, taken) = (0, [UInt64: Int](), Set<Int>())
        while true {
            if let stray = strays[expected], fits(page.lines[stray]) {
                strays[expected] = nil
                report(.reordered, Place(number: number, line: stray + 1), expected)
                accept(page.lines[stray], Place(number: number, line: stray + 1))
                continue
            }
            guard index < page.lines.count else { break }
            defer { index += 1 }
            let (line, place) = (page.lines[index], Place(number: number, line: index + 1))
            if taken.contains(index) { continue }
            if fits(line) {
                if isForged(index, page) {
                    report(.inserted, place, line.head?.sequence)
                } else {
                    accept(line, place)
                }
            } else if let later = later(than: index, page, taken) {
                let ahead = (line.head?.sequence ?? 0).subtractingReportingOverflow(expected)
                if ahead.overflow || ahead.partialValue == 0 {
                    report(.inserted, place, line.head?.sequence)
                } else if ahead.partialValue >= UInt64(later - index) {
                    let sequence = expected + ahead.partialValue
                    if let former = strays.updateValue(index, forKey: sequence) {
                        report(.inserted, Place(number: number, line: former + 1), nil)
                    }
                } else {
                    let moved = Place(number: number, line: later + 1)
                    report(.reordered, moved, expected)
                    accept(page.lines[later], moved)
                    taken.insert(later)
                    index -= 1
                }
            } else {
                takeMisfit(line, place, isGenuine: page.isGenuine(index))
            }
        }
        for stray in strays.values.sorted() {
            let sequence = page.lines[stray].head?.sequence
            report(.inserted, Place(number: number, line: stray + 1), sequence)
        }
        if !lines.torn.isEmpty {
            report(.truncated, Place(number: number, line: page.lines.count + 1), expected)
        }
    }

    private func fits(_ line: StandingLine) -> Bool {
        guard let head = line.head, head.sequence == expected else { return false }
        return digest == nil || head.previous == digest
    }

    /// Whether another line with the same number is the one that the next line follows.
    private func isForged(_ index: Int, _ page: Page) -> Bool {
        guard !page.isFollowed(index) else { return false }
        return page.places(of: expected).contains { other in
            other != index && fits(page.lines[other]) && page.isFollowed(other)
        }
    }

    private func later(than index: Int, _ page: Page, _ taken: Set<Int>) -> Int? {
        page.places(of: expected).first {
            $0 > index && !taken.contains($0) && fits(page.lines[$0])
        }
    }

    /// Takes a line that does not follow, where no other line does either.
    private mutating func takeMisfit(_ line: StandingLine, _ place: Place, isGenuine: Bool) {
        guard let head = line.head else { return takeAltered(place) }
        if head.sequence == expected {
            // This one or the one before was changed; the next line knows whether this one was.
            if !isGenuine {
                report(.altered, place, expected)
            } else if !isBlamed, last.number > 0 {
                report(.altered, last, expected - 1)
            } else if last.number == 0 {
                report(.altered, place, expected)
            }
            accept(line, place)
            isBlamed = !isGenuine
        } else if head.previous == digest {
            takeAltered(place)
        } else if head.sequence > expected {
            addGap(to: head.sequence - 1, place)
            accept(line, place)
        } else {
            report(.inserted, place, head.sequence)
        }
    }

    private mutating func takeAltered(_ place: Place) {
        report(.altered, place, expected)
        (expected, digest, isBlamed, last) = (expected + 1, nil, true, place)
        found.last = expected - 1
        lastReason = nil
    }

    private mutating func addGap(to end: UInt64, _ place: Place) {
        var fault = JournalFault(
            kind: .deleted, file: place.file, line: place.line, sequences: expected...end)
        if place.line == 1, place.number != last.number + 1 {
            fault.kind = .missingFile
            (fault.file, fault.line) = (JournalFolder.name(last.number + 1), 0)
        } else if place.line == 1, last.number > 0,
            lastReason != Checkpoint.Reason.rotation.rawValue
        {
            fault.kind = .truncated
            (fault.file, fault.line) = (last.file, last.line + 1)
        }
        gaps.append(fault)
    }

    private mutating func report(
        _ kind: JournalFault.Kind, _ place: Place, _ sequence: UInt64?
    ) {
        found.add(
            JournalFault(
                kind: kind, file: place.file, line: place.line, sequences: sequence.map { $0...$0 })
        )
    }

    private mutating func accept(_ line: StandingLine, _ place: Place) {
        guard let head = line.head else { return }
        if found.lineCount == 0 { found.first = head.sequence }
        found.lineCount += 1
        (found.last, found.lastDigest) = (head.sequence, line.digest)
        lookAtClock(head, place)
        lastReason = nil
        if head.action == JournalAction.checkpoint.rawValue { check(line, head, place) }
        if let lines = RemovedLines(line.bytes) { removed.append((lines, head.sequence)) }
        for anchor in anchors where anchor.sequence == head.sequence {
            if let known = anchor.digest, known != line.digest {
                report(.altered, place, head.sequence)
            }
        }
        anchors.removeAll { $0.sequence == head.sequence }
        (expected, digest, isBlamed) = (head.sequence + 1, line.digest, false)
        (last, lastHead) = (place, head)
    }

    private mutating func check(_ line: StandingLine, _ head: LineHead, _ place: Place) {
        hasCheckpoint = true
        lastReason = Member.text(Checkpoint.reasonName, in: line.bytes)
        if let (body, signature) = Checkpoint.parts(of: line.bytes),
            JournalKey.isSigned(body, signature, by: key)
        {
            found.signedThrough = head.sequence
        } else {
            report(.wrongSignature, place, head.sequence)
        }
    }

    private mutating func lookAtClock(_ head: LineHead, _ place: Place) {
        guard let lastHead else { return }
        // A line is stamped when its event happens, so that one may be written before another that
        // happened first; against the time since boot only somebody who sets the clock moves it.
        var back = lastHead.milliseconds - head.milliseconds
        if head.boot == lastHead.boot {
            back -= lastHead.bootMilliseconds - head.bootMilliseconds
        }
        if back < Self.tolerance { return }
        found.notes.append(
            .clockSetBack(
                file: place.file, line: place.line, sequence: head.sequence, milliseconds: back))
    }
}

extension Walk {
    /// Ends the walk; `head` is the copy of the newest checkpoint.
    mutating func end(head: [UInt8]?) {
        let known = removed.filter { $0.sequence <= found.signedThrough }.map(\.lines)
        for gap in gaps {
            guard let lines = gap.sequences else { continue }
            let missing = RemovedLines(first: lines.lowerBound, last: lines.upperBound)
            if !known.contains(where: { $0.covers(missing) }) { found.add(gap) }
        }
        checkHead(head)
        for anchor in anchors where anchor.sequence >= expected {
            addCut(to: anchor.sequence, head)
        }
        for anchor in anchors where anchor.sequence < expected {
            let line = RemovedLines(first: anchor.sequence, last: anchor.sequence)
            if known.contains(where: { $0.covers(line) }) {
                found.notes.append(.removedAnchor(sequence: anchor.sequence))
            }
        }
        if found.last > found.signedThrough {
            found.notes.append(.unsigned(count: found.last - found.signedThrough))
        }
        if lastReason != Checkpoint.Reason.close.rawValue { found.notes.append(.open) }
    }

    private mutating func checkHead(_ head: [UInt8]?) {
        let name = "head"
        guard let head else {
            if hasCheckpoint { found.add(JournalFault(kind: .missingFile, file: name, line: 0)) }
            return
        }
        if let (body, signature) = Checkpoint.parts(of: head),
            JournalKey.isSigned(body, signature, by: key)
        {
            return
        }
        found.add(JournalFault(kind: .wrongSignature, file: name, line: 1))
    }

    /// Lines at the end that are known to have been there are gone.
    private mutating func addCut(to sequence: UInt64, _ head: [UInt8]?) {
        let lines = expected...sequence
        if found.faults.contains(where: { $0.sequences == lines }) { return }
        let file = head.flatMap { Member.text("file.name", in: $0) }
        if let file, file > last.file || last.number == 0 {
            return found.add(
                JournalFault(kind: .missingFile, file: file, line: 0, sequences: lines))
        }
        found.add(
            JournalFault(
                kind: .truncated, file: last.file, line: last.line + 1, sequences: lines))
    }
}

/// The lines of one file, and which of them are followed by another.
private struct Page {
    let lines: [Walk.StandingLine]
    private let bySequence: [UInt64: [Int]]
    private let carried: Set<String>

    init(_ lines: [Walk.StandingLine]) {
        self.lines = lines
        var bySequence = [UInt64: [Int]]()
        for (index, line) in lines.enumerated() {
            if let head = line.head { bySequence[head.sequence, default: []].append(index) }
        }
        self.bySequence = bySequence
        carried = Set(lines.compactMap { $0.head?.previous })
    }

    func places(of sequence: UInt64) -> [Int] { bySequence[sequence] ?? [] }

    /// Whether some line carries its digest.
    func isFollowed(_ index: Int) -> Bool { carried.contains(lines[index].digest) }

    /// Whether it is not known to be changed: nothing can be known of the last one.
    func isGenuine(_ index: Int) -> Bool { index == lines.count - 1 || isFollowed(index) }
}
