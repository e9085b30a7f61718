import Linux
import Testing

@Suite struct AtomicFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func make(_ text: String) throws -> AtomicFile {
        let file = try AtomicFile(in: scratch.path)
        try file.file.writeAll(Array(text.utf8).span)
        return file
    }

    @Test func appearsWhole() throws {
        let file = try make("content")
        #expect(try scratch.names().isEmpty)
        try file.commit(as: "name")
        #expect(try scratch.names() == ["name"])
        #expect(try scratch.text("name") == "content")
        #expect(try FileStatus.of(scratch.path.appending("name")).permissions == 0o600)
    }

    @Test func keepsAnExistingFile() throws {
        try scratch.write("name", "old")
        let file = try make("new")
        do throws(Errno) {
            try file.commit(as: "name")
            Issue.record("the name was taken")
        } catch {
            #expect(error == .fileExists)
        }
        #expect(try scratch.names() == ["name"])
        #expect(try scratch.text("name") == "old")
    }

    @Test func replacesWhenTold() throws {
        try scratch.write("name", "old")
        let file = try make("new")
        try file.commit(as: "name", replacing: true)
        #expect(try scratch.names() == ["name"])
        #expect(try scratch.text("name") == "new")
    }

    @Test func abandonLeavesNothing() throws {
        let file = try make("content")
        file.abandon()
        #expect(try scratch.names().isEmpty)
    }

    @Test func needsAFolder() throws {
        do throws(Errno) {
            let file = try AtomicFile(in: scratch.path.appending("missing"))
            file.abandon()
            Issue.record("there is no such folder")
        } catch {
            #expect(error == .noSuchFile)
        }
    }
}

@Suite struct DirectoryTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func listsEveryNameOfALargeFolder() throws {
        let folder = try FileDescriptor.open(scratch.path, [.readOnly, .directory])
        let long = String(repeating: "x", count: 200)
        for index in 0..<1000 {
            try folder.open(BytePath("\(long)\(index)"), [.writeOnly, .create]).close()
        }
        try folder.makeDirectory("folder")
        try folder.makeSymbolicLink("link", to: "folder")
        let odd = BytePath([0x8a, 0xb3, 0x0a])
        try folder.open(odd, [.writeOnly, .create]).close()
        for _ in 0..<2 {
            let entries = try folder.entries()
            #expect(entries.count == 1003)
            #expect(Set(entries.map(\.name)).count == 1003)
            #expect(entries.first { $0.name == "folder" }?.kind == .directory)
            #expect(entries.first { $0.name == "link" }?.kind == .symbolicLink)
            let entry = try #require(entries.first { $0.name == odd })
            let inode = try folder.status(of: odd).inode
            #expect(inode == entry.inode)
        }
        let target = try folder.linkTarget("link")
        #expect(target == "folder")
    }

    @Test func renamesAndRemoves() throws {
        let folder = try FileDescriptor.open(scratch.path, [.readOnly, .directory])
        try scratch.write("a", "1")
        try scratch.write("b", "2")
        #expect(throws: Errno.fileExists) { try folder.rename("a", to: "b") }
        try folder.rename("a", to: "b", replacing: true)
        #expect(try scratch.text("b") == "1")
        try folder.remove("b")
        #expect(throws: Errno.noSuchFile) { try folder.remove("b") }
        try folder.makeDirectory("d")
        try folder.remove("d", directory: true)
        #expect(try scratch.names().isEmpty)
    }

    @Test func doesNotLeaveTheFolder() throws {
        let folder = try FileDescriptor.open(scratch.path, [.readOnly, .directory])
        try folder.makeSymbolicLink("out", to: "/etc")
        #expect(throws: Errno.symbolicLink) {
            _ = try folder.open("out/passwd", .readOnly, resolving: .noSymbolicLinks)
        }
        #expect(throws: Errno.crossDevice) {
            _ = try folder.open("../x", .readOnly, resolving: .beneath)
        }
    }

    @Test func setsTimesAlsoBefore1970() throws {
        let path = try scratch.write("old", "")
        let file = try FileDescriptor.open(path, .readWrite)
        try file.setTimes(accessed: 1_500_000_000, modified: -1_500_000_000)
        let status = try file.status()
        #expect(status.accessed == 1_500_000_000 && status.modified == -1_500_000_000)
        let found = try file.path()
        #expect(found == path)
    }

    @Test func readsAndWrites() throws {
        let file = try FileDescriptor.open(
            scratch.path.appending("data"), [.readWrite, .create, .exclusive])
        try file.writeAll(Array("hello world".utf8).span)
        try file.writeAll(Array("W".utf8).span, at: 6)
        try file.seek(to: 0)
        let first = try file.readToEnd(limit: 5)
        #expect(first == Array("hello".utf8))
        let rest = try file.readToEnd(limit: 100)
        #expect(rest == Array(" World".utf8))
        try file.truncate(to: 3)
        let length = try file.status().byteCount
        #expect(length == 3)
        let (seekable, terminal) = (file.isSeekable, file.isTerminal)
        #expect(seekable && !terminal)
    }
}

@Suite struct FileHandleTests {
    /// Bytes in use, header included.
    private func parses(_ bytes: [UInt8], _ count: Int) -> Int? {
        FileHandle(parsing: bytes.span.extracting(0..<count))?.byteCount
    }

    @Test("every cut is refused")
    func truncation() throws {
        let bytes = try hex("08 00 00 00 01 00 00 00 02 00 00 00 00 00 00 00")
        for count in 0..<16 {
            #expect(parses(bytes, count) == nil)
        }
        #expect(parses(bytes, 16) == 16)
        let large = try hex("81 00 00 00 01 00 00 00") + [UInt8](repeating: 1, count: 200)
        #expect(parses(large, large.count) == nil)
    }

    @Test(.enabled(if: ProcessHandle.effectiveUser == 0, "needs CAP_DAC_READ_SEARCH"))
    func findsAFileThatWasRenamed() throws {
        let scratch = try Scratch()
        let path = try scratch.write("a", "content")
        var handle: FileHandle
        do throws(Errno) {
            handle = try FileHandle(of: path)
        } catch {
            try Test.cancel("no file handles on this file system")
        }
        let folder = try FileDescriptor.open(scratch.path, [.readOnly, .directory])
        try folder.rename("a", to: "b")
        #expect(try FileHandle(of: scratch.path.appending("b")).hash == handle.hash)
        let file = try handle.open(on: folder, .readOnly)
        let content = try file.readToEnd(limit: 100)
        #expect(content == Array("content".utf8))
    }
}
