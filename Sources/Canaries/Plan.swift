public import Linux

/// What a plan may do.
public struct PlanOptions: Sendable, Equatable {
    /// How many to plant among the files that people see, at the two ends in turn; only these can
    /// stand at the end.
    public var visibleCount = 2
    /// Whether to plant in a hidden folder as well.
    public var hiddenFolder = true
    /// Most bytes of one canary.
    public var byteCountCap = 262_144
    /// The present.
    public var now: WallNanoseconds

    /// Everything on.
    public init(now: WallNanoseconds = Clock.wallNanoseconds) { self.now = now }
}

/// One canary that is to be planted.
public struct PlannedCanary: Sendable, Equatable {
    /// The hidden folder that is to be made for it, if any.
    public var folder: BytePath?
    /// Names that serve equally well by name; the planter takes the best in directory order.
    public var names: [BytePath]
    /// Its content.
    public var recipe: Recipe
    /// The end at which it is to stand.
    public var end: End
}

/// What to plant in a folder.
public struct Plan: Sendable, Equatable {
    /// How many names the planter gets, since one may be taken meanwhile.
    static let candidateCount = 4
    /// How many it gets where the directory order has to be tried: the chance that one is extreme
    /// among m files is n / (n + m), and each costs a link in a scratch folder.
    static func trialCount(_ fileCount: Int) -> Int { min(2048, max(16, 8 * fileCount)) }

    /// The canaries.
    public let canaries: [PlannedCanary]

    /// Plans for a folder: canaries before and behind everything, and two in a hidden folder.
    public init(
        for listing: FolderListing, options: PlanOptions,
        using random: inout some RandomNumberGenerator
    ) {
        let types = Self.types(in: listing, using: &random)
        let names = NameChoice(listing)
        let isJapanese = NameChoice.isJapanese(listing)
        var planned = [PlannedCanary]()
        func add(
            _ end: End, _ type: FileType, in folder: BytePath?, _ names: NameChoice,
            using random: inout some RandomNumberGenerator
        ) {
            let range = Bounds(listing, options, using: &random)
            let modified = end == .first ? range.older : range.newer
            let recipe = Recipe(
                type: type, byteCount: end == .first ? range.smaller : range.larger,
                modified: modified, isJapanese: isJapanese)
            let year = CalendarDay(modified).year
            let choices = names.names(
                end, type: type, year: year,
                count: folder == nil && listing.needsTrial
                    ? Self.trialCount(listing.files.count) : Self.candidateCount,
                using: &random)
            planned.append(
                PlannedCanary(folder: folder, names: choices, recipe: recipe, end: end))
        }
        if options.hiddenFolder {
            let folder = Self.hiddenFolder(listing, using: &random)
            let inside = NameChoice(FolderListing(files: []))
            add(.first, types.first, in: folder, inside, using: &random)
            add(.last, types.last, in: folder, inside, using: &random)
        }
        let small = Self.fitting(types.first, Bounds(listing, options, using: &random).smaller)
        for index in 0..<options.visibleCount {
            let isFirst = index.isMultiple(of: 2)
            add(
                isFirst ? .first : .last, isFirst ? small : types.last, in: nil, names,
                using: &random)
        }
        canaries = planned
    }

    /// Two types of the folder at random, the frequent ones more often; documents in an empty one.
    private static func types(
        in listing: FolderListing, using random: inout some RandomNumberGenerator
    ) -> (first: FileType, last: FileType) {
        var present = listing.regular.compactMap { FileType(suffix: $0.name.suffix) }
        if present.isEmpty { present = [.docx, .xlsx, .pdf, .jpeg] }
        let first = Prose.pick(present, using: &random)
        let others = present.filter { $0 != first }
        return (first, others.isEmpty ? first : Prose.pick(others, using: &random))
    }

    /// The type itself, or a text where only that can be small enough.
    private static func fitting(_ type: FileType, _ byteCount: Int) -> FileType {
        if type.minimumByteCount <= byteCount { return type }
        return FileType.csv.minimumByteCount <= byteCount ? .csv : .text
    }

    private static func hiddenFolder(
        _ listing: FolderListing, using random: inout some RandomNumberGenerator
    ) -> BytePath {
        let taken = Set(listing.files.map(\.name))
        while true {
            let word = Prose.pick(Words.hiddenFolders, using: &random)
            let number = String(Int.random(in: 0x1000...0xf_ffff, using: &random), radix: 16)
            let hasDotted = taken.contains { $0.bytes.first == UInt8(ascii: ".") }
            let name = BytePath(hasDotted ? ".0\(number)\(word)" : "\(word)-\(number)")
            if !taken.contains(name) { return name }
        }
    }
}

/// Sizes and times just outside those of a folder.
private struct Bounds {
    private static let hour: Int64 = 3_600_000_000_000
    /// What a small file in an empty folder has.
    private static let ordinary = 6_000...20_000

    let smaller: Int
    let larger: Int
    let older: WallNanoseconds
    let newer: WallNanoseconds

    init(
        _ listing: FolderListing, _ options: PlanOptions,
        using random: inout some RandomNumberGenerator
    ) {
        let files = listing.regular
        let cap = UInt64(max(options.byteCountCap, 4096))
        let smallest = files.map(\.byteCount).min() ?? UInt64(Self.ordinary.lowerBound)
        let largest = files.map(\.byteCount).max() ?? UInt64(Self.ordinary.upperBound)
        let part = Double.random(in: 0.5...0.9, using: &random)
        smaller = Int(Double(min(smallest, cap)) * part)
        let extra = UInt64(Int.random(in: 64...4096, using: &random) + Document.slack)
        larger = Int(largest > cap ? cap : min(largest + largest / 20 + extra, cap))
        let oldest = min(files.map(\.modified).min() ?? options.now, options.now)
        older =
            max(0, oldest - Self.hour * Int64.random(in: 2...2000, using: &random))
            + Int64.random(in: 1...999_999_999, using: &random)
        let newest = files.map(\.modified).max() ?? options.now - 30 * Self.hour
        let gap = options.now - newest
        newer =
            gap > 1_000_000_000
            ? newest + Int64.random(in: 500_000_000...gap, using: &random)
            : max(newest, options.now) + 1_000_000
    }
}
