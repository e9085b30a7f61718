import Canaries
import Foundation
import Linux
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PlanterTests {
    static func plant(_ scratch: Scratch, seed: UInt64 = 1) throws -> [Canary] {
        var random = Sequence64(state: seed)
        return try Planter.plant(in: BytePath(scratch.path), using: &random)
    }

    @Test func plantsWhatItReports() throws {
        let scratch = try Scratch()
        try scratch.fill()
        let canaries = try Self.plant(scratch)
        #expect(canaries.count == 4)
        for canary in canaries {
            let status = try FileStatus.of(canary.path)
            #expect(canary.check() == .intact)
            #expect(status.inode == canary.inode && status.device == canary.device)
            #expect(status.byteCount == canary.byteCount && status.modified == canary.modified)
            #expect(status.permissions == 0o640)
            #expect(status.linkCount == 1)
        }
        let visible = canaries.filter { !$0.hasOwnFolder }
        for (canary, end) in zip(visible, [End.first, .last]) {
            for order in [TraversalOrder.bytes, .locale, .natural, .size, .modified] {
                #expect(canary.positions.contains(Position(order: order, end: end)), "\(order)")
            }
        }
        #expect(canaries[0].positions.contains(Position(order: .depth, end: .first)))
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(names.count == 6 + 2 + 1)
    }

    @Test func emptyFolderIsPlanted() throws {
        let scratch = try Scratch()
        #expect(try Self.plant(scratch).allSatisfy { $0.check() == .intact })
    }

    @Test func namesThatAreNotTextAreSurvived() throws {
        let scratch = try Scratch()
        let folder = try FileDescriptor.open(BytePath(scratch.path), [.readOnly, .directory])
        _ = try folder.open(BytePath([0xff, 0xfe, 0x2e, 0x64]), [.writeOnly, .create])
        try folder.makeSymbolicLink("link.docx", to: "/etc/passwd")
        try folder.makeDirectory("folder.pdf")
        #expect(try Self.plant(scratch).allSatisfy { $0.check() == .intact })
    }

    @Test func existingFilesAreNeverReplaced() throws {
        let scratch = try Scratch()
        try scratch.fill()
        let planter = try Planter(folder: BytePath(scratch.path))
        var random = Sequence64(state: 7)
        let plan = Plan(for: try planter.listing(), options: PlanOptions(), using: &random)
        for item in plan.canaries where item.folder == nil {
            for name in item.names { try scratch.write(name.description) }
        }
        #expect(throws: PlantError.noFreeName(BytePath(scratch.path))) {
            _ = try planter.plant(plan, using: &random)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(!names.contains { $0.hasPrefix(".") })
        for item in plan.canaries where item.folder == nil {
            for name in item.names {
                #expect(scratch.read(scratch.place(name.description)) == Array("content".utf8))
            }
        }
    }

    @Test func linkInPlaceOfFolderIsRefused() throws {
        let scratch = try Scratch()
        let folder = try FileDescriptor.open(BytePath(scratch.path), [.readOnly, .directory])
        try folder.makeDirectory("real")
        try folder.makeSymbolicLink("link", to: "real")
        #expect(throws: PlantError.self) { _ = try Planter(folder: scratch.place("link")) }
    }

    /// Whether folders here are listed by a hash.
    static let isHashed: Bool = {
        let place = FileManager.default.temporaryDirectory.path
        let found = try? Tool.run("stat", ["-f", "-c", "%T", place])
        return found?.text.contains("ext") ?? false
    }()

    @Test(
        "stands at the ends of the listing", .enabled(if: isHashed, "needs ext4"),
        arguments: [3, 100])
    func directoryOrder(count: Int) throws {
        var reached = 0
        for seed in UInt64(0)..<4 {
            let scratch = try Scratch()
            let folder = try FileDescriptor.open(BytePath(scratch.path), [.readOnly, .directory])
            for number in 0..<count {
                let name = BytePath("\(seed)_報告書\(number * 7919).pdf")
                _ = try folder.open(name, [.writeOnly, .create])
            }
            let visible = try Self.plant(scratch, seed: seed).filter { !$0.hasOwnFolder }
            for (canary, end) in zip(visible, [End.first, .last])
            where canary.positions.contains(Position(order: .directory, end: end)) {
                reached += 1
            }
        }
        // Where names have to be tried, eight of nine succeed; the order's key on the disk, where it
        // may be read, makes it nearly all.
        #expect(reached >= 3, "\(reached) of 8")
    }

    @Test(arguments: ["content", "size", "time", "swap", "remove", "folder", "fifo", "link"])
    func damageIsSeen(how: String) throws {
        let scratch = try Scratch()
        try scratch.fill()
        let canary = try #require(try Self.plant(scratch).last)
        let path = canary.path.description
        let bytes = try #require(scratch.read(canary.path))
        let file = try FileDescriptor.open(canary.path, .readWrite)
        let folder = try FileDescriptor.open(canary.path.parent, [.readOnly, .directory])
        let name = canary.path.lastComponent
        switch how {
        case "content":
            try file.writeAll([bytes[100] ^ 1].span, at: 100)
            try file.setTimes(accessed: canary.modified, modified: canary.modified)
            #expect(canary.check() == .changed([.content]))
        case "size":
            try file.truncate(to: 10)
            #expect(canary.check() == .changed([.byteCount, .content, .modified]))
        case "time":
            try file.setTimes(accessed: 0, modified: 0)
            #expect(canary.check() == .changed([.modified]))
        case "swap":
            try FileManager.default.moveItem(atPath: path, toPath: path + "2")
            try FileManager.default.copyItem(atPath: path + "2", toPath: path)
            let copy = try FileDescriptor.open(canary.path, .readWrite)
            try copy.setTimes(accessed: 0, modified: canary.modified)
            #expect(canary.check() == .changed([.replaced]))
        case "remove":
            try folder.remove(name)
            #expect(canary.check() == .missing)
        case "folder":
            try folder.remove(name)
            try folder.makeDirectory(name)
            #expect(canary.check() == .changed([.kind]))
        case "fifo":
            try folder.remove(name)
            #expect(try Tool.run("mkfifo", [path]).status == 0)
            #expect(canary.check() == .changed([.kind]))
        default:
            try folder.rename(name, to: "moved")
            try folder.makeSymbolicLink(name, to: "moved")
            #expect(canary.check() == .changed([.kind]))
        }
    }
}
