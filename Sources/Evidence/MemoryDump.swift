internal import Linux

/// Copies the memory of one process into a core file, within time and room.
struct MemoryDump: ~Copyable {
    /// Bytes copied at once: they stay in the processor's cache between reading and writing.
    private static let chunkByteCount = 1 << 20
    /// How often it is looked whether there is still room, in chunks.
    private static let chunksBetweenLooks = 32
    /// Entries of the page map that are read at once; they tell of 256 MiB.
    private static let entryCount = 1 << 16

    private let subject: EvidenceSubject
    private let deadline: UInt64
    private var buffer: [UInt8]
    private(set) var lacks: [EvidenceLack] = []
    /// Bytes of memory copied.
    private(set) var byteCount: UInt64 = 0

    init(_ subject: EvidenceSubject, deadline: UInt64) {
        (self.subject, self.deadline) = (subject, deadline)
        buffer = [UInt8](repeating: 0, count: Self.chunkByteCount)
    }

    /// Decides what is copied, from the text of `/proc/PID/maps`: never where the environment
    /// lies.
    mutating func plan(
        _ maps: [UInt8], excluding environment: Range<UInt64>, limit: UInt64
    ) -> MemoryPlan {
        var plan = MemoryPlan(limit: limit)
        let path = BytePath("/proc/\(subject.pid)/pagemap")
        let regions = MemoryRegion.parse(maps).wanted
        guard let file = try? FileDescriptor.open(path) else {
            for region in regions {
                plan.add([region.start..<region.end], excluding: environment)
            }
            return plan
        }
        for region in regions where !isLate() {
            addPages(of: region, file, to: &plan, excluding: environment)
        }
        return plan
    }

    private mutating func addPages(
        of region: MemoryRegion, _ file: borrowing FileDescriptor, to plan: inout MemoryPlan,
        excluding environment: Range<UInt64>
    ) {
        let page = ProcessMemory.pageByteCount
        var address = region.start
        while address < region.end, !isLate() {
            let count = Int(min((region.end - address) / page, UInt64(Self.entryCount)))
            if count == 0 { return }
            var span = buffer.mutableSpan
            guard
                let got = try? file.readFully(
                    into: &span, count: count * 8, at: address / page * 8), got >= 8
            else { return }
            let pages = MemoryPlan.pages(
                buffer.span.extracting(0..<got / 8 * 8), from: address, pageByteCount: page)
            plan.add(pages, excluding: environment)
            address += UInt64(got / 8) * page
        }
    }

    /// Copies what was planned; what can't be read becomes a hole.
    ///
    /// `hasRoom` says why so many bytes more may not be written.
    mutating func copy(
        _ plan: MemoryPlan, to file: borrowing FileDescriptor, named name: String,
        hasRoom: (UInt64) -> EvidenceLack?
    ) {
        let offsets = CoreFile.offsets(plan.parts)
        var copied = [UInt64](repeating: 0, count: plan.parts.count)
        do throws(EvidenceLack) {
            for index in plan.parts.indices {
                try copy(
                    plan.parts[index], to: file, at: offsets[index], name, &copied[index], hasRoom)
            }
        } catch {
            lacks.append(error)
        }
        do throws(Errno) {
            try file.writeAll(CoreFile.header(plan.parts, copied: copied).span, at: 0)
        } catch {
            lacks.append(.write(name, error))
        }
    }

    private mutating func copy(
        _ part: Range<UInt64>, to file: borrowing FileDescriptor, at offset: UInt64,
        _ name: String, _ copied: inout UInt64, _ hasRoom: (UInt64) -> EvidenceLack?
    ) throws(EvidenceLack) {
        var (done, chunks) = (UInt64(0), 0)
        while done < UInt64(part.count) {
            if Clock.monotonicNanoseconds >= deadline { throw .time }
            let wanted = min(Self.chunkByteCount, part.count - Int(done))
            if chunks % Self.chunksBetweenLooks == 0, let lack = hasRoom(UInt64(wanted)) {
                throw lack
            }
            chunks += 1
            let got = try read(at: part.lowerBound + done, wanted)
            do throws(Errno) {
                try file.writeAll(buffer.span.extracting(0..<got), at: offset + done)
            } catch {
                throw .write(name, error)
            }
            byteCount += UInt64(got)
            done += UInt64(got)
            if got > 0 { copied = done }
            // The next page can't be read: a device, or unmapped by now.
            if got == 0 { done += ProcessMemory.pageByteCount }
        }
    }

    /// Reads the next bytes; 0 where the page can't be read.
    private mutating func read(at address: UInt64, _ count: Int) throws(EvidenceLack) -> Int {
        let (pid, startTicks) = (subject.pid, subject.startTicks)
        var got = 0
        do throws(Errno) {
            var span = buffer.mutableSpan
            var room = span._mutatingExtracting(0..<count)
            got = try ProcessMemory.read(of: pid, at: address, into: &room)
        } catch {
            switch error {
            case .badAddress: got = 0
            case .noSuchProcess: throw .gone(pid: pid)
            default: throw .unreadable(pid: pid, what: "memory", error)
            }
        }
        // Behind the reading: the number may be another process's by now.
        guard ProcessTable.status(pid)?.startTicks == startTicks else { throw .gone(pid: pid) }
        return got
    }

    private mutating func isLate() -> Bool {
        if Clock.monotonicNanoseconds < deadline { return false }
        if !lacks.contains(.time) { lacks.append(.time) }
        return true
    }
}
