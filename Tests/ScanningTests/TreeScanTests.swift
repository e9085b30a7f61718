import Contents
import Foundation
import Linux
import Synchronization
import Testing

@testable import Scanning

/// A folder that is removed when its owner goes.
private final class Folder {
    let path = NSTemporaryDirectory() + "scan-\(UUID().uuidString)"
    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8] = Array("text\n".utf8)) throws {
        let place = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
    }
}

private func random(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255) }
}

/// What a scan told.
private final class Told: Sendable {
    private let events = Mutex<[ScanEvent]>([])

    var files: [ScannedFile] {
        events.withLock { $0 }.compactMap { if case .file(let file, _) = $0 { file } else { nil } }
    }
    var omissions: [Omission.Reason: Int] {
        events.withLock { $0 }.reduce(into: [:]) { counts, event in
            if case .omitted(let omission) = event { counts[omission.reason, default: 0] += 1 }
        }
    }

    init(
        _ scan: TreeScan,
        known: @escaping @Sendable (ScannedPlace, FileStamp) -> ScannedFile? = { _, _ in nil }
    ) throws {
        try scan.run(known: known) { event in self.events.withLock { $0.append(event) } }
    }
}

@Suite(.timeLimit(.minutes(2)))
struct TreeScanTests {
    private let folder: Folder
    init() throws { folder = try Folder() }

    @Test("tells each file once, however many threads there are", arguments: [1, 2, 5])
    func wholeTree(threads: Int) throws {
        for number in 0..<700 { try folder.write("wide/\(number % 9)/\(number)") }
        for number in 0..<300 { try folder.write("flat/\(number)") }
        let deep = (0..<60).map { "d\($0)" }.joined(separator: "/")
        try folder.write(deep + "/end")
        let told = try Told(TreeScan([BytePath(folder.path)], threads: threads))
        #expect(told.files.count == 1001)
        #expect(Set(told.files.map(\.place)).count == 1001)
        #expect(told.omissions.isEmpty)
    }

    @Test func judgesContent() throws {
        try folder.write("random", random(5000))
        try folder.write("text")
        try folder.write("empty", [])
        let told = try Told(TreeScan([BytePath(folder.path)], threads: 2))
        let classes = Dictionary(
            uniqueKeysWithValues: told.files.map { ("\($0.place.path)", $0.judgementClass) })
        #expect(classes["random"]?.isStrong == true)
        #expect(classes["text"] == .recognised && classes["empty"] == .empty)
    }

    @Test func passesOverWhatIsNoFile() throws {
        try folder.write("file")
        unsafe mkfifo(folder.path + "/pipe", 0o600)
        unsafe symlink(folder.path, folder.path + "/loop")
        unsafe symlink("nowhere", folder.path + "/dangling")
        let told = try Told(TreeScan([BytePath(folder.path)], threads: 2))
        #expect(told.files.count == 1)
        #expect(told.omissions == [.fifo: 1, .symbolicLink: 2])
    }

    @Test func isBoundedInHoles() throws {
        try folder.write("sparse")
        unsafe truncate(folder.path + "/sparse", 1 << 40)
        let told = try Told(TreeScan([BytePath(folder.path)], threads: 1))
        #expect(told.files.map(\.byteCount) == [1 << 40])
        #expect(told.files.map(\.looksEncrypted) == [false])
    }

    @Test("says what it may not read")
    func unreadable() throws {
        try folder.write("closed")
        try folder.write("inner/file")
        unsafe chmod(folder.path, 0o755)
        unsafe chmod(folder.path + "/closed", 0)
        unsafe chmod(folder.path + "/inner", 0)
        defer { unsafe chmod(folder.path + "/inner", 0o700) }
        // Root reads everything: this thread, and those that it starts, are nobody for files.
        let symbol = try unsafe #require(dlsym(nil, "setfsuid"))
        let become = unsafe unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> CInt).self)
        let user = become(65534)
        defer { _ = become(uid_t(user)) }
        let told = try Told(TreeScan([BytePath(folder.path)], threads: 1))
        #expect(told.files.isEmpty && told.omissions == [.unreadable: 2])
    }

    @Test func keepsTimesOfAccess() throws {
        try folder.write("inner/file", random(9000))
        let path = BytePath(folder.path + "/inner/file")
        let file = try FileDescriptor.open(path)
        try file.setTimes(accessed: 1_000_000_000, modified: 2_000_000_000)
        let scan = TreeScan([BytePath(folder.path)], threads: 2)
        let inner = BytePath(folder.path + "/inner")
        let before = try FileStatus.of(inner).accessed
        _ = try Told(scan)
        #expect(!scan.movedAccessTimes)
        #expect(try FileStatus.of(path).accessed == 1_000_000_000)
        #expect(try FileStatus.of(inner).accessed == before)
    }

    @Test func takesFilesAndRefusesDevices() throws {
        try folder.write("file")
        let told = try Told(TreeScan([BytePath(folder.path + "/file")], threads: 2))
        #expect(told.files.map(\.place) == [ScannedPlace(root: 0, path: BytePath(""))])
        #expect(throws: ScanError.special("/dev/null")) {
            try Told(TreeScan(["/dev/null"], threads: 1))
        }
        #expect(throws: ScanError.unreadable("/nowhere", .noSuchFile)) {
            try Told(TreeScan(["/nowhere"], threads: 1))
        }
    }

    @Test func doesNotReadWhatIsKnown() throws {
        try folder.write("file", random(5000))
        let first = try Told(TreeScan([BytePath(folder.path)], threads: 1)).files
        var known = try #require(first.first)
        known.judgementClass = .empty
        let kept = known
        let scan = TreeScan([BytePath(folder.path)], threads: 1)
        let again = try Told(scan, known: { kept.place == $0 && kept.has($1) ? kept : nil })
        #expect(again.files == [kept])
        try folder.write("file", random(5001))
        let changed = try Told(scan, known: { kept.place == $0 && kept.has($1) ? kept : nil })
        #expect(changed.files.map(\.judgementClass.isStrong) == [true])
    }

    @Test func readsItsOwnRecord() throws {
        try folder.write("tree/file")
        try folder.write("tree/\u{1}odd", random(3000))
        let roots = [BytePath(folder.path + "/tree")]
        let path = BytePath(folder.path + "/record")
        let writer = try RecordWriter(at: path, roots: roots)
        let told = try Told(TreeScan(roots, threads: 1))
        for file in told.files { writer.add(file) }
        #expect(throws: ScanRecordError.unreadable(path, .noSuchFile)) {
            try ScanRecord.baseline(at: path, rootCount: 1)
        }
        try writer.finish(fileCount: 2)
        let record = try ScanRecord.baseline(at: path, rootCount: 1)
        #expect(record.roots == roots && record.isFinished)
        #expect(Set(record.files.keys) == Set(told.files.map(\.place)))
        for file in told.files {
            let kept = try #require(record.files[file.place])
            #expect(kept.judgementClass == file.judgementClass && kept.kind == file.kind)
            #expect(kept.changed == file.changed && kept.inode == file.inode)
        }
        #expect(throws: ScanRecordError.otherPlaces(path)) {
            try ScanRecord.baseline(at: path, rootCount: 2)
        }
        #expect(throws: ScanRecordError.taken(path)) { try RecordWriter(at: path, roots: roots) }
        let inside = roots[0].appending("record")
        #expect(throws: ScanRecordError.insideTree(inside)) {
            try RecordWriter(at: inside, roots: roots)
        }
    }

    @Test("reads or refuses a record that is cut anywhere")
    func cutRecord() throws {
        try folder.write("tree/file")
        try folder.write("tree/other", random(300))
        let roots = [BytePath(folder.path + "/tree")]
        let path = folder.path + "/record"
        let writer = try RecordWriter(at: BytePath(path), roots: roots)
        for file in try Told(TreeScan(roots, threads: 1)).files { writer.add(file) }
        try writer.finish(fileCount: 2)
        let whole = try Data(contentsOf: URL(filePath: path))
        let firstLine = try #require(whole.firstIndex(of: 10)) + 1
        for count in 0..<whole.count {
            let cut = folder.path + "/cut"
            try whole.prefix(count).write(to: URL(filePath: cut + ".partial"))
            if count < firstLine {
                #expect(throws: ScanRecordError.self) {
                    try RecordWriter.resume(at: BytePath(cut), roots: roots)
                }
            } else {
                let (record, _) = try RecordWriter.resume(at: BytePath(cut), roots: roots)
                #expect(!record.isFinished && record.files.count <= 2)
            }
        }
    }
}
