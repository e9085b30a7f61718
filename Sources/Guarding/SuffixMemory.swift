internal import Contents
internal import Detection
internal import Linux

/// Suffixes that files have had, by number: those in common use, and those of files written lately.
struct SuffixMemory {
    /// Logs and backups are numbered up to here.
    private static let numbers = 0..<1000
    private let common: Set<UInt64>
    private var seen = RecentFiles()

    init() {
        var texts = FileSuffixes.common.union(FileSuffixes.common.map { $0.uppercased() })
        texts.formUnion(Self.numbers.map { "\($0)" })
        common = Set(texts.map { Array($0.utf8).span.fingerprint })
    }

    /// Notes what somebody wrote; random content says nothing, since that may be the attack itself.
    mutating func note(_ content: ContentClass, at place: FilePlace?) {
        if content.isStrong || content == .broken { return }
        if let suffix = place?.suffix, suffix != 0, isNew(suffix) { seen.insert(suffix) }
    }

    /// Whether no file had it; none at all is not new.
    func isNew(_ suffix: UInt64) -> Bool {
        suffix != 0 && !common.contains(suffix) && !seen.contains(suffix)
    }
}
