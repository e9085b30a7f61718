internal import Contents
internal import Linux

/// A file that was handed over, as a judge reads it.
struct HandedFile: ByteSource {
    private let file: Shared<FileDescriptor>
    let byteCount: UInt64

    init(_ file: consuming FileDescriptor, byteCount: UInt64) {
        (self.file, self.byteCount) = (Shared(file), byteCount)
    }

    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        try? file.value.readFully(into: &target, count: count, at: offset)
    }

    /// What the content of a small text is known by if it reads like a ransom note; 0 otherwise.
    func noteNumber(if judgement: FullJudgement) -> UInt64 {
        guard NoteWords.mayBeNote(judgement, byteCount: byteCount) else { return 0 }
        var text = [UInt8](repeating: 0, count: Int(byteCount))
        var span = text.mutableSpan
        let count = try? file.value.readFully(into: &span, count: Int(byteCount), at: 0)
        guard count == text.count, NoteWords.isNoteLike(text: text) else { return 0 }
        return text.span.fingerprint
    }
}
