import Contents
import Foundation
import Linux
import Testing

@testable import Sketches

/// A folder for a store and for files, which goes at the end.
private final class Place {
    let folder = BytePath("/var/tmp/kanaria-sketches-\(UUID().uuidString)")
    var store: BytePath { folder.appending("sketches") }

    init() throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder)", withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: "\(folder)") }

    func open(_ byteCount: UInt64 = 1 << 20) throws -> SketchStore {
        try SketchStore(in: folder, byteCount: byteCount)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws -> BytePath {
        let path = folder.appending(BytePath(name))
        let file = try FileDescriptor.open(path, [.readWrite, .create])
        try file.truncate(to: 0)
        try file.writeAll(bytes.span, at: 0)
        return path
    }

    @discardableResult
    func look(_ path: BytePath, _ store: SketchStore, accepts: Bool = false) throws -> Sketcher
        .Look?
    {
        var sketcher = Sketcher(store)
        let file = try FileDescriptor.open(path)
        return try sketcher.look(at: file, FileIdentity(file.status()), accepts: accepts)
    }
}

private func records(_ count: Int) -> [UInt8] {
    var text = ""
    var index = 0
    while text.utf8.count < count {
        text += "\(index * 7919 % 10007),ward \(index % 13),\(index % 97)\n"
        index += 1
    }
    return Array(text.utf8.prefix(count))
}

private func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255) } }

@Suite struct StoreTests {
    @Test("every sketched block is found again, also by another store on the same file")
    func roundTrip() throws {
        let place = try Place()
        let path = try place.write("a.csv", records(100_000))
        try place.look(path, place.open())
        let store = try place.open()
        let status = try FileStatus.of(path)
        for waits in [true, false] {
            var reader = store.reader(waits: waits)
            let found = reader.file(FileIdentity(status))
            let file = try #require(found)
            #expect(file.side == .init(kind: .textASCII, byteCount: 100_000))
            let known = (0..<UInt64(26)).filter { reader.block($0, of: file) != nil }
            #expect(known == Array(0..<25))
        }
        store.count { true }
        // A first group of five blocks, three others of seven.
        #expect(store.counts == SketchCounts(files: 1, slots: 4, damaged: 0))
        #expect(!store.wasDamaged)
    }

    @Test("what was written over a sketched file is compared with it")
    func compares() throws {
        let place = try Place()
        let store = try place.open()
        let old = records(60_000)
        let path = try place.write("a.csv", old)
        #expect(try place.look(path, store)?.old == nil)
        _ = try place.write("a.csv", old.prefix(4096) + noise(56_000 - 96))
        let look = try #require(try place.look(path, store))
        #expect(look.comparison.isUniformChange)
        // It is what it was until it was counted.
        #expect(try place.look(path, store)?.comparison.isUniformChange == true)
        try place.look(path, store, accepts: true)
        #expect(try place.look(path, store)?.comparison.isUniformChange == false)
    }

    @Test("a file has one name in the store as long as it lives, whatever its path is")
    func renamed() throws {
        let place = try Place()
        let path = try place.write("a", records(9000))
        let before = FileIdentity(try FileStatus.of(path))
        let to = place.folder.appending("b")
        try FileManager.default.moveItem(atPath: "\(path)", toPath: "\(to)")
        #expect(FileIdentity(try FileStatus.of(to)).number == before.number)
    }

    @Test(
        "a big file takes no more than its share, and its grid stays when it grows",
        arguments: [
            1, 4096, 4097, 20_480, 20_481, 1 << 20, 7 << 20, 8 << 20, 1 << 30, 1 << 40, 1 << 62,
        ] as [UInt64])
    func grid(_ byteCount: UInt64) {
        let key = SketchKey([UInt8](repeating: 5, count: 32).span).file(3)
        let grid = SketchGrid(byteCount: byteCount)
        let count = grid.strideCount(byteCount)
        #expect(count <= SketchGrid.mostGroups)
        var last: UInt64 = 0
        for stride in 0..<count {
            let group = grid.group(ofStride: stride, key)
            #expect(group > last)
            last = group
            let block = SketchGrid.blocks(ofGroup: group).lowerBound
            #expect(grid.sketched(near: block, key) == block)
            #expect(SketchGrid.group(ofBlock: block) == group)
        }
        let larger = SketchGrid(byteCount: byteCount + byteCount / 8)
        if larger == grid, count > 0 {
            #expect(grid.group(ofStride: count - 1, key) == larger.group(ofStride: count - 1, key))
        }
    }

    @Test("a full store stays as large as it is, and loses what was confirmed longest ago")
    func bounded() throws {
        let place = try Place()
        let store = try place.open(64 * 512)
        let size = try FileStatus.of(place.store).byteCount
        for file in 0..<UInt64(2000) {
            if file % 100 == 0 { store.beginRound() }
            try store.keep(file: file, group: 0) { $0.payload[0] = file + 1 }
        }
        #expect(try FileStatus.of(place.store).byteCount == size)
        store.count { true }
        #expect(store.counts.slots <= 512)
        #expect(store.counts.slots > 500)
        var reader = store.reader(waits: true)
        let kept = (0..<UInt64(2000)).filter { reader.slot($0, group: 0) != nil }
        #expect(kept.filter { $0 >= 1500 }.count > 300)
        #expect(kept.filter { $0 < 500 }.count < 20)
    }

    @Test("a place that a crash left half written counts as empty", arguments: 0..<64)
    func torn(_ byteCount: Int) throws {
        let place = try Place()
        let store = try place.open(64 * 512)
        try store.keep(file: 1, group: 0) {
            $0.payload = InlineArray(repeating: 0x1122_3344_5566_7788)
        }
        var content = try #require(FileManager.default.contents(atPath: "\(place.store)"))
        let start = try #require(content[4096...].firstIndex { $0 != 0 }) / 64 * 64
        // Behind so many bytes stands what was there before.
        for index in (start + byteCount)..<(start + 64) { content[index] = 0 }
        try content.write(to: URL(fileURLWithPath: "\(place.store)"))
        let after = try place.open()
        after.count { true }
        #expect(after.counts.slots == 0)
        #expect(after.counts.damaged == (byteCount == 0 ? 0 : 1))
        var reader = after.reader(waits: true)
        let before = reader.slot(1, group: 0)
        #expect(before == nil)
        try after.keep(file: 1, group: 0) { $0.payload[3] = 1 }
        let (other, kept) = (reader.slot(2, group: 0), reader.slot(1, group: 0))
        #expect(other == nil)
        #expect(kept?.payload[3] == 1)
    }

    enum Damage: CaseIterable { case empty, cut, longer, header, key, text }

    @Test("a damaged store is set aside and made anew, once", arguments: Damage.allCases)
    func damaged(_ damage: Damage) throws {
        let place = try Place()
        _ = try place.open(64 * 512)
        var content = try #require(FileManager.default.contents(atPath: "\(place.store)"))
        switch damage {
        case .empty: content = Data()
        case .cut: content.removeLast()
        case .longer: content.append(0)
        case .header: content[3] ^= 1
        case .key: content[40] ^= 1
        case .text: content = Data("not a store".utf8)
        }
        try content.write(to: URL(fileURLWithPath: "\(place.store)"))
        #expect(try place.open().wasDamaged)
        let aside = FileManager.default.contents(atPath: "\(place.folder)/sketches.damaged")
        #expect(aside == content)
        #expect(try !place.open().wasDamaged)
    }

    @Test("only its owner may read the store")
    func permissions() throws {
        let place = try Place()
        _ = try place.open()
        #expect(try FileStatus.of(place.store).permissions == 0o600)
    }

    @Test("a file that has not changed needs no second look, one that has does")
    func needsLook() throws {
        let place = try Place()
        let store = try place.open()
        let path = try place.write("a", records(50_000))
        var sketcher = Sketcher(store)
        let first = try sketcher.needsLook(FileIdentity(.of(path)))
        try place.look(path, store)
        let second = try sketcher.needsLook(FileIdentity(.of(path)))
        // Confirmed at last, so that it does not go as the oldest.
        for _ in 0..<9 { store.beginRound() }
        let third = try sketcher.needsLook(FileIdentity(.of(path)))
        var reader = store.reader(waits: true)
        let found = reader.slot(FileIdentity(try .of(path)).number, group: 0)
        #expect(!store.isStale(try #require(found)))
        _ = try place.write("a", records(50_001))
        let last = try sketcher.needsLook(FileIdentity(.of(path)))
        #expect([first, second, third, last] == [true, false, false, true])
    }

    @Test("empty and vanished content is no look")
    func nothing() throws {
        let place = try Place()
        let path = try place.write("a", [])
        #expect(try place.look(path, place.open()) == nil)
    }
}
