public import Linux

extension JournalFolder {
    /// The last lines, oldest first.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - isWanted: which lines count.
    /// - Returns: the lines without their ends.
    /// - Throws: `JournalError`.
    public func lines(
        last limit: Int = .max, where isWanted: ([UInt8]) -> Bool = { _ in true }
    ) throws(JournalError) -> [[UInt8]] {
        var found = [[[UInt8]]]()
        var count = 0
        do throws(Errno) {
            for number in try numbers().reversed() where count < limit {
                let lines = FileLines(try read(number)).lines.filter(isWanted)
                found.append(Array(lines.suffix(limit - count)))
                count += min(lines.count, limit - count)
            }
        } catch {
            throw error == .noSuchFile ? .none(path) : .file(path, error)
        }
        return found.reversed().flatMap(\.self)
    }

    /// Copies everything that `Verifier` needs into a new folder, which appears whole or not at
    /// all; the signing key stays.
    ///
    /// - Throws: `JournalError`; `.file` with `.fileExists` if there is something of that name.
    public func export(to target: BytePath) throws(JournalError) {
        if (try? FileStatus.of(target)) != nil { throw .file(target, .fileExists) }
        let numbers: [UInt64]
        do throws(Errno) { numbers = try self.numbers() } catch {
            throw error == .noSuchFile ? .none(path) : .file(path, error)
        }
        do throws(Errno) {
            let above = try FileDescriptor.open(target.parent, [.directory])
            let name = BytePath(".kanaria-\(UInt64.random(in: 0...UInt64.max)).part")
            try above.makeDirectory(name)
            let copy = try above.open(name, [.directory])
            var made = [BytePath]()
            do throws(Errno) {
                // First, for the writer adds lines before it renews the head.
                for part in ["head", "key.pub"] + numbers.map(Self.name) {
                    made.append(BytePath(part))
                    try copyFile(BytePath(part), to: copy)
                }
                try copy.sync()
                try above.rename(name, to: target.lastComponent)
                try above.sync()
            } catch {
                for part in made { try? copy.remove(part) }
                try? above.remove(name, directory: true)
                throw error
            }
        } catch {
            throw .file(target, error)
        }
    }

    private func copyFile(_ name: BytePath, to copy: borrowing FileDescriptor) throws(Errno) {
        let source: FileDescriptor
        do throws(Errno) {
            source = try FileDescriptor.open(path.appending(name), [.noFollow])
        } catch {
            // A journal that was not signed yet has no head, and a file may be removed meanwhile.
            if error == .noSuchFile { return }
            throw error
        }
        let file = try copy.open(name, [.writeOnly, .create, .exclusive])
        _ = try file.append(from: source, at: 0, count: try source.status().byteCount)
        try file.sync()
    }
}

/// Waits for lines that are added.
public struct JournalFollower: ~Copyable {
    private let folder: JournalFolder
    private let changes: Inotify
    private let waiting: Epoll
    private var number: UInt64
    private var offset: UInt64

    /// Begins behind the last line that is there now.
    public init(_ folder: JournalFolder) throws(JournalError) {
        let changes = try Self.watch(folder)
        let waiting = try Self.waiting(for: changes, folder)
        (number, offset) = try Self.end(of: folder)
        self.folder = folder
        self.changes = changes
        self.waiting = waiting
    }

    private static func watch(_ folder: JournalFolder) throws(JournalError) -> Inotify {
        do throws(Errno) {
            let changes = try Inotify()
            _ = try changes.watch(folder.path, [.modify, .create])
            return changes
        } catch {
            throw error == .noSuchFile ? .none(folder.path) : .file(folder.path, error)
        }
    }

    private static func waiting(
        for changes: borrowing Inotify, _ folder: JournalFolder
    ) throws(JournalError) -> Epoll {
        do throws(Errno) {
            let waiting = try Epoll()
            try waiting.add(changes.descriptor, token: 1)
            return waiting
        } catch {
            throw .file(folder.path, error)
        }
    }

    private static func end(
        of folder: JournalFolder
    ) throws(JournalError) -> (number: UInt64, offset: UInt64) {
        do throws(Errno) {
            let number = try folder.numbers().last ?? 1
            let bytes = (try? folder.read(number)) ?? []
            return (number, UInt64(bytes.count - FileLines(bytes).torn.count))
        } catch {
            throw .file(folder.path, error)
        }
    }

    /// The lines that were added, oldest first; waits for some at most that long (-1: for ever).
    public mutating func next(milliseconds: Int32) throws(JournalError) -> [[UInt8]] {
        do throws(Errno) {
            let ready = try added()
            if !ready.isEmpty { return ready }
            _ = try waiting.wait(milliseconds: milliseconds)
            var buffer = [UInt8](repeating: 0, count: 65536)
            var span = buffer.mutableSpan
            _ = try? changes.descriptor.read(into: &span)
            return try added()
        } catch {
            throw .file(folder.path, error)
        }
    }

    private mutating func added() throws(Errno) -> [[UInt8]] {
        var found = [[UInt8]]()
        while true {
            // Looked for first: then nothing is added to the file before it any more.
            let later = try folder.numbers().first { $0 > number }
            if let file = try? FileDescriptor.open(folder.file(number), [.noFollow]) {
                try file.seek(to: offset)
                let lines = FileLines(try file.readToEnd(limit: JournalFolder.fileLimit)).lines
                offset += UInt64(lines.reduce(0) { $0 + $1.count + 1 })
                found += lines
            }
            guard let later else { return found }
            (number, offset) = (later, 0)
        }
    }
}
