import Foundation
import Linux
import Sensing
import Testing

@Suite final class ChangeWalkTests {
    private let home = BytePath("/var/tmp/kanaria-walk-\(UUID().uuidString)")

    init() throws { try makeFolder("") }

    deinit { try? FileManager.default.removeItem(atPath: home.description) }

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: home.description + "/" + name, withIntermediateDirectories: true)
    }

    private func path(_ name: BytePath) -> BytePath { BytePath(home.bytes + [47] + name.bytes) }

    private func write(_ name: BytePath) throws {
        let file = try FileDescriptor.open(path(name), [.writeOnly, .create])
        try file.writeAll(Array("content".utf8).span)
    }

    /// A time of change that is later than those of all files so far.
    private func laterMoment() throws -> WallNanoseconds {
        try write("first")
        let first = try FileStatus.of(path("first")).changed
        while true {
            try write("second")
            let second = try FileStatus.of(path("second")).changed
            if second > first { return second }
        }
    }

    private func changed(
        since: WallNanoseconds, ignoring: [BytePath] = []
    ) -> (found: Set<BytePath>, walk: ChangeCounts) {
        let ignored = ignoring.map { path($0).bytes }
        var walk = ChangeWalk(since: since) { ignored.contains($0) }
        var found = Set<BytePath>()
        let isComplete = walk.walk(home) { folder, file in
            #expect((try? file.open(in: folder)) != nil)
            found.insert(BytePath(file.path.bytes.dropFirst(home.bytes.count + 1)))
            return true
        }
        #expect(isComplete)
        found.remove("second")
        let counts = ChangeCounts(folders: walk.folderCount, skipped: walk.skippedFolderCount)
        return (found, counts)
    }

    private struct ChangeCounts {
        var folders: Int
        var skipped: Int
    }

    @Test("finds what changed since, whatever its name and its time of modification")
    func changes() throws {
        let raw = BytePath(Array("病棟/".utf8) + [0xFF, 0xFE, 0x0A])
        try makeFolder("病棟")
        try makeFolder("ignored")
        let names: [BytePath] = ["病棟/old", "病棟/back", "病棟/renamed", "mode", "still", raw]
        for name in names { try write(name) }
        let since = try laterMoment()
        try write(raw)
        try write("病棟/new")
        try write("ignored/new")
        try write("hidden")
        let back = path("病棟/back").description
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: back)
        try FileManager.default.moveItem(
            atPath: path("病棟/renamed").description, toPath: path("moved").description)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: path("mode").description)
        let (found, walk) = changed(since: since, ignoring: ["ignored", "hidden"])
        #expect(found == [raw, "病棟/new", "病棟/back", "moved", "mode"])
        #expect(walk.folders == 2 && walk.skipped == 0)
    }

    @Test("follows no link and takes nothing but files")
    func links() throws {
        let other = try ChangeWalkTests()
        try other.write("outside")
        try FileManager.default.createSymbolicLink(
            atPath: path("folder-link").description, withDestinationPath: other.home.description)
        try FileManager.default.createSymbolicLink(
            atPath: path("file-link").description,
            withDestinationPath: other.path("outside").description)
        _ = try Places.shell("mkfifo '\(path("pipe"))'")
        #expect(changed(since: 0).found.isEmpty)
    }

    @Test("ends where it is told to, and leaves out what is not there or too deep")
    func ends() throws {
        var folder = BytePath("d")
        for _ in 1..<300 { folder = folder.appending("d") }
        try makeFolder(folder.description)
        try write(folder.appending("too-deep"))
        try write("one")
        try write("two")
        let (found, counts) = changed(since: 0)
        #expect(found == ["one", "two"] && counts.folders == 257 && counts.skipped == 1)
        var walk = ChangeWalk(since: 0) { _ in false }
        #expect(!walk.walk(home) { _, _ in false } && walk.changedCount == 1)
        #expect(walk.walk(path("missing")) { _, _ in true } && walk.skippedFolderCount == 1)
    }
}
