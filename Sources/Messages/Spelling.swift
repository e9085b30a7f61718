/// What was probably meant by a word that nobody knows.
public enum Spelling {
    /// The known word that is at most two letters away; the nearest, and of these the first.
    public static func nearest(to word: String, in known: [String]) -> String? {
        known.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
            .filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
    }

    /// Levenshtein's distance: insertions, removals and replacements from one to the other.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (i, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, letter) in other.enumerated() {
                let replaced = diagonal + (byte == letter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[other.count]
    }
}
