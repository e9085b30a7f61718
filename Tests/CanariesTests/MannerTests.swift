import Canaries
import Foundation
import Linux
import Testing

@Suite("What canaries look like to others", .timeLimit(.minutes(1)))
struct MannerTests {
    /// Whether lists of access can be made here.
    static let hasLists: Bool = {
        guard Tool.path("setfacl") != nil, let scratch = try? Scratch() else { return false }
        return (try? Tool.run("setfacl", ["-m", "u:2001:rw", scratch.path]))?.status == 0
    }()
    static let isRoot = ProcessHandle.effectiveUser == 0

    static func plant(_ scratch: Scratch, folder: String = "") throws -> [Canary] {
        var random = Sequence64(state: 3)
        let place = folder.isEmpty ? BytePath(scratch.path) : scratch.place(folder)
        return try Planter.plant(in: place, using: &random)
    }

    static func lists(_ paths: [String]) throws -> Set<String> {
        try Set(
            paths.map { path in
                try Tool.run(
                    "getfacl", ["--absolute-names", "--omit-header", "--numeric", path]
                ).text
            })
    }

    static func set(_ words: [String]) throws {
        #expect(try Tool.run("setfacl", words).status == 0)
    }

    @Test("they have the list of their neighbours", .enabled(if: hasLists, "needs setfacl"))
    func neighbours() throws {
        let scratch = try Scratch()
        try scratch.fill()
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path).map {
            scratch.path + "/" + $0
        }
        try Self.set(["-m", "u:2001:rw,g:2002:r"] + files)
        // What is new here gets another list than they have.
        try Self.set(["-d", "-m", "u:2003:rwx", scratch.path])
        let canaries = try Self.plant(scratch).map(\.path.description)
        #expect(try Self.lists(canaries) == Self.lists(files))
    }

    @Test("they have none where their neighbours have none", .enabled(if: hasLists))
    func none() throws {
        let scratch = try Scratch()
        try scratch.fill()
        try Self.set(["-d", "-m", "u:2003:rwx", scratch.path])
        let canaries = try Self.plant(scratch).map(\.path.description)
        #expect(try Self.lists(canaries) == ["user::rw-\ngroup::r--\nother::---\n\n"])
    }

    struct Empty: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var words: [String]
        var entry: String
    }

    @Test(
        "in an empty folder they have its list, without execution",
        .enabled(if: hasLists, "needs setfacl"),
        arguments: [
            Empty(testDescription: "its own", words: ["-m", "u:2001:rwx"], entry: "user:2001:rw-"),
            Empty(
                testDescription: "what it hands down", words: ["-d", "-m", "u:2002:rwx"],
                entry: "user:2002:rw-"),
        ])
    func empty(_ empty: Empty) throws {
        let scratch = try Scratch()
        try Self.set(empty.words + [scratch.path])
        for canary in try Self.plant(scratch) {
            let list = try Self.lists([canary.path.description]).joined()
            #expect(list.contains(empty.entry) && !list.contains("x"), "\(list)")
        }
    }

    @Test("a hidden folder is as open as the one it is in", .enabled(if: hasLists && isRoot))
    func hiddenFolder() throws {
        let scratch = try Scratch()
        try scratch.fill()
        #expect(try Tool.run("chown", ["2001:2002", scratch.path]).status == 0)
        #expect(try Tool.run("chmod", ["770", scratch.path]).status == 0)
        try Self.set(["-m", "u:2003:rwx", scratch.path])
        let hidden = try #require(try Self.plant(scratch).first(where: \.hasOwnFolder)?.path.parent)
        let status = try FileStatus.of(hidden)
        #expect(status.permissions == 0o770 && status.user == 2001 && status.group == 2002)
        #expect(try Self.lists([hidden.description]) == Self.lists([scratch.path]))
    }

    @Test("files that programs hide are no neighbours", .enabled(if: isRoot, "needs root"))
    func hiddenFiles() throws {
        let scratch = try Scratch()
        try scratch.write(".directory")
        try scratch.write(".DS_Store")
        #expect(try Tool.run("chown", ["2001:2002", scratch.path]).status == 0)
        #expect(try Tool.run("chmod", ["770", scratch.path]).status == 0)
        for canary in try Self.plant(scratch) {
            let status = try FileStatus.of(canary.path)
            #expect(status.permissions == 0o660 && status.user == 2001 && status.group == 2002)
        }
    }

    @Test("of equally many the more open ones win")
    func tie() throws {
        let scratch = try Scratch()
        for (name, permissions) in [("a.txt", "600"), ("b.txt", "664"), ("c.txt", "640")] {
            try scratch.write(name)
            let words = [permissions, scratch.path + "/" + name]
            #expect(try Tool.run("chmod", words).status == 0)
        }
        for canary in try Self.plant(scratch) {
            #expect(try FileStatus.of(canary.path).permissions == 0o664)
        }
    }
}
