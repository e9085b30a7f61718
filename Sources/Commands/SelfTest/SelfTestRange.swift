internal import Linux

/// A private folder with documents to attack; nothing outside of it is ever touched.
struct SelfTestRange: ~Copyable {
    /// Where it is.
    let path: BytePath
    /// The folder itself.
    let folder: FileDescriptor

    static let documentCount = 100
    static let documentByteCount = 16 * 1024

    /// Makes the folder and its documents.
    init(in parent: BytePath) throws(Errno) {
        let above = try FileDescriptor.open(parent, [.directory])
        let name = "kanaria-selftest-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try above.makeDirectory(BytePath(name))
        let made = try above.open(BytePath(name), [.directory, .noFollow])
        for index in 0..<Self.documentCount {
            let file = try made.open(
                Self.name(index), [.writeOnly, .create, .exclusive, .noFollow])
            try file.writeAll(Self.content(index).span)
        }
        folder = made
        path = parent.appending(name)
    }

    /// Removes the documents and the folder, if nobody put anything else there.
    func remove() throws(Errno) {
        for index in 0..<Self.documentCount { try? folder.remove(Self.name(index)) }
        let above = try FileDescriptor.open(path.parent, [.directory])
        try above.remove(path.lastComponent, directory: true)
    }

    /// How many documents are no longer what they were.
    func lost() -> Int {
        (0..<Self.documentCount).count { index in
            guard let file = try? folder.open(Self.name(index), [.noFollow]),
                let content = try? file.readToEnd(limit: Self.documentByteCount + 1)
            else { return true }
            return content != Self.content(index)
        }
    }

    /// A file without a name, for what the attacker tells.
    func makeNotes() throws(Errno) -> FileDescriptor {
        let notes = try folder.open("notes", [.readWrite, .create, .exclusive, .noFollow])
        try folder.remove("notes")
        return notes
    }

    static func name(_ index: Int) -> BytePath { BytePath("document-\(index).txt") }

    /// The same text for the same number, so that nothing has to be remembered.
    private static func content(_ index: Int) -> [UInt8] {
        var text = [UInt8]()
        text.reserveCapacity(documentByteCount + 64)
        var line = 0
        while text.count < documentByteCount {
            text += Array("Document \(index), line \(line): nothing of worth is kept here.\n".utf8)
            line += 1
        }
        return Array(text.prefix(documentByteCount))
    }
}
