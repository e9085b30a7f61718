import Foundation
import Linux
import Testing

@Suite struct ProcessFilesTests {
    @Test func findsSharedWritableMappings() {
        let text = """
            55d0c0000000-55d0c0001000 r-xp 00000000 08:01 12 /usr/bin/x
            00400000-00401000 rw-s 00000000 08:01 34 /srv/a b.docx
            00401000-00402000 rw-s 00001000 08:01 34 /srv/a b.docx
            7f0000000000-7f0000001000 rw-p 00000000 08:01 56 /srv/private
            7f0000001000-7f0000002000 r--s 00000000 08:01 78 /srv/read
            7f0000002000-7f0000003000 rw-s 00000000 00:01 90
            7f0000003000-7f0000004000 -w-s 00000000 08:01 91 /srv/\u{65E5}\u{672C}
            """
        let found = SharedMapping.parse(Array(text.utf8))
        #expect(found.map(\.name) == ["400000-401000", "7f0000003000-7f0000004000"])
        #expect(found.map(\.path) == ["/srv/a b.docx", "/srv/\u{65E5}\u{672C}"])
    }

    @Test(
        "cut or odd maps are read without harm",
        arguments: ["", "-", "0-1", "0-1 ", "0-1 rw-s", "0-1 rw-s /", "\n\n", "rw-s /a"])
    func odd(text: String) {
        #expect(SharedMapping.parse(Array(text.utf8)).count <= 1)
    }

    @Test func findsWhatWeHoldOpenForWriting() throws {
        let path = BytePath("/var/tmp/kanaria-held-\(UUID().uuidString)")
        let file = try FileDescriptor.open(path, [.readWrite, .create, .exclusive])
        defer { try? FileManager.default.removeItem(atPath: path.description) }
        let reading = try FileDescriptor.open(path)
        let inode = try reading.status().inode
        let held = ProcessTable.changeableFiles(of: ProcessHandle.own)
        #expect(held.count { $0.status.inode == inode } == 1)
        let link = try #require(held.first { $0.status.inode == inode }?.link)
        #expect(link.lastComponent == BytePath("\(file.rawValue)"))
        #expect(ProcessTable.changeableFile(at: link)?.status.inode == inode)
        #expect(ProcessTable.changeableFile(at: "/proc/self/fd") == nil)
        let one = try FileHandle(of: path)
        #expect(try FileHandle(of: reading).hash == one.hash)
    }

    @Test func readsAFolderInParts() throws {
        let path = BytePath("/var/tmp/kanaria-parts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            atPath: path.description, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path.description) }
        for index in 0..<300 {
            _ = try FileDescriptor.open(path.appending("file-\(index)"), [.writeOnly, .create])
        }
        let folder = try FileDescriptor.open(path, [.directory])
        var buffer = [UInt8](repeating: 0, count: 1024)
        var found = [DirectoryEntry]()
        var parts = 0
        while try folder.appendEntries(to: &found, through: &buffer) { parts += 1 }
        #expect(Set(found.map(\.name)).count == 300 && parts > 5)
    }
}
