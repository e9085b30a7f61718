import Canaries
import Linux
import Testing

struct PlanTests {
    static let now: Int64 = 1_790_000_000_000_000_000
    static let day: Int64 = 86_400_000_000_000

    static func listing(_ names: [String]) -> FolderListing {
        FolderListing(
            files: names.enumerated().map { index, name in
                FolderFile(
                    name: BytePath(name), byteCount: UInt64(9000 + 500 * index),
                    modified: now - day * Int64(index + 1))
            })
    }

    static func plan(_ listing: FolderListing, seed: UInt64 = 1) -> Plan {
        var random = Sequence64(state: seed)
        return Plan(for: listing, options: PlanOptions(now: now), using: &random)
    }

    static let folders: [[String]] = [
        [], ["a.docx"], ["勤務表.xlsx", "報告.docx", "memo.txt"], ["齋藤.pdf", "zebra.pdf"],
        ["IMG_0001.jpg", "IMG_0002.jpg"], ["1.dcm", "2.dcm", "10.dcm"], ["_x.html", "Z.rtf"],
        ["000_a.csv", "0.csv"], ["no suffix", "other.bin"],
    ]

    @Test(arguments: folders)
    func visibleOnesStandAtBothEnds(names: [String]) throws {
        let listing = Self.listing(names)
        for seed in UInt64(0)..<8 {
            for item in Self.plan(listing, seed: seed).canaries where item.folder == nil {
                for name in item.names.prefix(4) {
                    let file = FolderFile(
                        name: name, byteCount: UInt64(item.recipe.byteCount),
                        modified: item.recipe.modified)
                    let all = FolderListing(files: listing.files + [file])
                    let held = all.positions(of: name)
                    for order in [TraversalOrder.bytes, .locale, .natural, .size, .modified] {
                        #expect(
                            held.contains(Position(order: order, end: item.end)),
                            "\(name) \(order) \(item.end)")
                    }
                }
            }
        }
    }

    @Test(arguments: folders)
    func typesAreThoseOfTheFolder(names: [String]) {
        let listing = Self.listing(names)
        let present = Set(names.compactMap { FileType(suffix: BytePath($0).suffix) })
        let plan = Self.plan(listing)
        #expect(plan.canaries.count == 4)
        for item in plan.canaries where !present.isEmpty {
            #expect(present.contains(item.recipe.type))
        }
    }

    @Test func eachInstallationGetsOtherNames() {
        let listing = Self.listing(["報告.docx"])
        let names = (UInt64(0)..<50).flatMap {
            Self.plan(listing, seed: $0).canaries.flatMap(\.names)
        }
        #expect(Set(names).count > names.count * 99 / 100)
    }

    @Test func timesNeverLieInTheFuture() {
        for names in Self.folders {
            for item in Self.plan(Self.listing(names)).canaries {
                #expect(item.recipe.modified <= Self.now)
            }
        }
    }

    @Test func sizeIsCapped() {
        var listing = Self.listing(["big.pdf"])
        listing.files[0].byteCount = 1 << 40
        for item in Self.plan(listing).canaries { #expect(item.recipe.byteCount <= 262_144) }
    }

    @Test func tinyFilesGetSmallText() {
        var listing = Self.listing(["a.pdf"])
        listing.files[0].byteCount = 100
        let item = Self.plan(listing).canaries.first { $0.folder == nil && $0.end == .first }
        #expect(item?.recipe.type == .csv || item?.recipe.type == .text)
    }

    @Test(arguments: [
        (["b", "a", "c"], "a", [TraversalOrder.bytes, .locale, .natural, .depth], End.first),
        (["a2", "a10"], "a10", [.natural], .last),
        (["B", "a"], "a", [.locale], .first),
        (["!b", "a"], "!b", [.bytes, .directory], .first),
        (["c", "b", "_a"], "_a", [.locale], .first),
    ])
    func positionsFollowTheOrders(
        names: [String], name: String, orders: [TraversalOrder], end: End
    ) {
        let held = Self.listing(names).positions(of: BytePath(name))
        for order in orders { #expect(held.contains(Position(order: order, end: end)), "\(order)") }
    }
}
