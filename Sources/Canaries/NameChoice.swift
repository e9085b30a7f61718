internal import Linux

/// Chooses names that stand at an end of a folder and still look like the work of people.
struct NameChoice {
    /// Beginnings from the most to the least ordinary; later ones reach further to the front.
    private static let firstPrefixes = ["01_", "00_", "000_", "0000_", "(0)_", "!0_", "!00000_"]
    /// Beginnings that reach ever further to the end; the last two are full-width characters,
    /// which stand behind all kanji.
    private static let lastPrefixes = ["z_", "zz_", "zzz_", "～", "ｚｚ_"]
    private static let japaneseLastPrefixes = ["連絡_", "領収_", "黒板_", "齋藤_", "～", "ｚｚ_"]

    private let others: [[UInt8]]
    private let isJapanese: Bool
    private let taken: Set<BytePath>
    private let order: HashOrder?
    /// From the first to the last of the others in directory order.
    private let places: ClosedRange<UInt64>?
    /// How many names are tried for each file in the folder: the chance that one is extreme among
    /// m files is n / (n + m), so 1 of 513 folders is missed.
    private static let triesPerFile = 512
    private static let mostTries = 262_144

    init(_ listing: FolderListing) {
        others = listing.regular.map(\.name.bytes)
        taken = Set(listing.files.map(\.name))
        isJapanese = Self.isJapanese(listing)
        let order = listing.hashOrder
        let found = order.map { order in listing.regular.map { order.place(of: $0.name.bytes) } }
        self.order = order
        places = found.flatMap { found in
            guard let least = found.min(), let most = found.max() else { return nil }
            return least...most
        }
    }

    /// Whether the names of a folder have letters outside ASCII that are UTF-8.
    static func isJapanese(_ listing: FolderListing) -> Bool {
        listing.files.contains { file in
            file.name.bytes.contains { $0 >= 0x80 }
                && String(validating: file.name.bytes, as: UTF8.self) != nil
        }
    }

    /// Names for one end, all with the beginning that serves most orders, each a little different;
    /// where the directory order is known those that stand at its end come first.
    func names(
        _ end: End, type: FileType, year: Int, count: Int,
        using random: inout some RandomNumberGenerator
    ) -> [BytePath] {
        let topic = Prose.pick(Words.topics, using: &random)
        let detail = Prose.pick(Words.details, using: &random)
        let word = isJapanese ? topic.japanese : topic.english
        let more = isJapanese ? detail.japanese : detail.english
        let prefix = self.prefix(end, before: word, using: &random)
        let front = Array("\(prefix)\(word)_\(year)_\(more)".utf8)
        let back = Array(".\(type.suffix)".utf8)
        let tries = min(Self.mostTries, Self.triesPerFile * (others.count + count))
        var (good, spare) = ([BytePath](), [BytePath]())
        var seen = taken
        for _ in 0..<tries where good.count < count {
            let number = Int.random(in: 1...999_999, using: &random)
            let bytes = front + Array(String(number).utf8) + back
            let isExtreme = stands(bytes, at: end)
            guard isExtreme || spare.count < count else { continue }
            let name = BytePath(bytes)
            guard seen.insert(name).inserted else { continue }
            if isExtreme { good.append(name) } else { spare.append(name) }
        }
        return Array((good + spare).prefix(count))
    }

    /// Whether the name comes before or behind all others in directory order, as far as is known.
    private func stands(_ name: [UInt8], at end: End) -> Bool {
        guard let order, let places else { return true }
        let place = order.place(of: name)
        return end == .first ? place < places.lowerBound : place > places.upperBound
    }

    /// A beginning that serves most orders; at random among the three most ordinary ones.
    private func prefix(
        _ end: End, before word: String, using random: inout some RandomNumberGenerator
    ) -> String {
        let all: [String] =
            switch end {
            case .first: Self.firstPrefixes
            case .last: isJapanese ? Self.japaneseLastPrefixes : Self.lastPrefixes
            }
        let rated = all.map { (prefix: $0, score: score($0 + word, end)) }
        let best = rated.map(\.score).max() ?? 0
        let good = rated.filter { $0.score == best }.map(\.prefix)
        return Prose.pick(Array(good.prefix(3)), using: &random)
    }

    /// In how many orders the name would stand at that end.
    private func score(_ name: String, _ end: End) -> Int {
        let bytes = Array(name.utf8)
        return NameOrder.allCases.count { order in
            others.allSatisfy {
                end == .first ? order.precedes(bytes, $0) : order.precedes($0, bytes)
            }
        }
    }
}
