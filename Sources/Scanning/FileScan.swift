internal import Contents
internal import Linux
internal import Sodium

/// Judges one file as it stands, or says why that can't be.
struct FileScan: Sendable {
    let opening: QuietOpening
    let budget: ReadingBudget
    /// An earlier result that still holds.
    let known: @Sendable (ScannedPlace, FileStamp) -> ScannedFile?

    func result(_ found: TreeWalk.Found) -> ScanEvent {
        if let earlier = known(found.place, found.status.stamp) {
            return .file(earlier, diskByteCount: found.status.diskByteCount)
        }
        do throws(Errno) {
            let file = try opening.open(found.name, in: found.folder.descriptor, [.readOnly])
            return try judged(DescriptorSource.File(file), at: found.place)
        } catch {
            return .omitted(Omission(place: found.place, error))
        }
    }

    /// A file that was named itself.
    func result(_ file: DescriptorSource.File, at place: ScannedPlace) -> ScanEvent {
        do throws(Errno) {
            let status = try file.descriptor.status()
            if let earlier = known(place, status.stamp) {
                return .file(earlier, diskByteCount: status.diskByteCount)
            }
            return try judged(file, at: place)
        } catch {
            return .omitted(Omission(place: place, error))
        }
    }

    /// Judges again if the file changed meanwhile.
    private func judged(
        _ file: DescriptorSource.File, at place: ScannedPlace
    ) throws(Errno) -> ScanEvent {
        var before = try file.descriptor.status()
        guard before.kind == .regular else {
            return .omitted(Omission(place: place, reason: .init(before.kind)))
        }
        for _ in 0..<Constants.attemptCount {
            let source = DescriptorSource(file, byteCount: before.byteCount)
            let judgement = FullJudge.judge(
                source, budget: budget, salt: UInt64.random(in: 0...UInt64.max))
            let digest = try noteDigest(file, place, judgement, before.byteCount)
            if let errno = file.errno { throw errno }
            let after = try file.descriptor.status()
            if before.stamp == after.stamp, judgement.judgementClass != .unreadable {
                let scanned = ScannedFile(
                    place: place, stamp: after.stamp, judgement: judgement, noteDigest: digest)
                return .file(scanned, diskByteCount: before.diskByteCount)
            }
            before = after
        }
        return .omitted(Omission(place: place, reason: .changing))
    }

    private func noteDigest(
        _ file: DescriptorSource.File, _ place: ScannedPlace, _ judgement: FullJudgement,
        _ byteCount: UInt64
    ) throws(Errno) -> String? {
        guard NoteWords.mayBeNote(judgement, byteCount: byteCount) else { return nil }
        var text = [UInt8](repeating: 0, count: Int(byteCount))
        var span = text.mutableSpan
        let count = try file.descriptor.read(into: &span, at: 0)
        text.removeLast(text.count - count)
        let name = place.path.lastComponent.bytes
        guard NoteWords.isNoteLike(name: name, text: text) else { return nil }
        let digest = (try? BLAKE2b.hash(text.span, count: 16)) ?? []
        return Hexadecimal.text(digest)
    }
}

extension FileStatus {
    /// Bytes that are worth counting as work: holes cost nothing.
    var diskByteCount: UInt64 { min(byteCount, allocatedByteCount) }
}
