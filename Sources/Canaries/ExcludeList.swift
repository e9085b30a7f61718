internal import Linux

/// The list that keeps canaries out of backups, one path a line.
///
/// For `rsync --exclude-from`, `tar --exclude-from` and `borg --exclude-from`. Characters that
/// these take for patterns are escaped; a path with a line break cannot be written and is left out.
enum ExcludeList {
    private static let patterns = Set<UInt8>("*?[]\\".utf8)

    /// The content of the file.
    static func bytes(for canaries: [Canary]) -> [UInt8] {
        var lines = [UInt8]()
        for canary in canaries where !canary.path.bytes.contains(0x0a) {
            for byte in canary.path.bytes {
                if patterns.contains(byte) { lines.append(0x5c) }
                lines.append(byte)
            }
            lines.append(0x0a)
        }
        return lines
    }
}
