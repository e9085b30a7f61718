internal import FoundationEssentials
public import Linux
public import Sodium

/// Why the list of canaries could not be read or changed.
public enum LedgerError: Error, Equatable, Sendable {
    case keyMissing, keyMalformed, ledgerMissing, tampered, malformed, tooLarge, busy
    case exposed(BytePath, permissions: UInt16, user: UInt32)
    case system(BytePath, Errno)
    case sodium(SodiumError)
}

/// The list of canaries, readable by its owner alone and authenticated by a key beside it.
///
/// The key detects changes by whoever cannot read it, for example through a restored backup or
/// a writable share. It does not detect an older list put back, nor an attacker who is root.
public struct Ledger: ~Copyable, Sendable {
    static let keyName: BytePath = "canaries.key"
    static let listName: BytePath = "canaries.json"
    static let excludeName: BytePath = "canaries.exclude"
    static let lockName: BytePath = "canaries.lock"
    static let keyByteCount = 32
    static let listByteLimit = 64 << 20

    /// The canaries, in the order of planting.
    public private(set) var canaries: [Canary] = []

    private let path: BytePath
    private let folder: FileDescriptor
    private let key: SecretBytes

    /// Opens the list; at first use, or to start over, makes folder, key and an empty list.
    public static func open(
        at path: BytePath, startingOver: Bool = false
    ) throws(LedgerError) -> Ledger {
        let folder = try openFolder(path)
        let hasKey = try exists(keyName, in: folder, path)
        let hasList = try exists(listName, in: folder, path)
        let isNew = startingOver || (!hasKey && !hasList)
        if !isNew, !hasKey { throw .keyMissing }
        if !isNew, !hasList { throw .ledgerMissing }
        if isNew { try makeKey(in: folder, path) }
        var ledger = Ledger(
            path: path, key: try readKey(in: folder, path), folder: folder)
        if isNew { try ledger.save([]) } else { try ledger.reload() }
        return ledger
    }

    /// The canaries of a list that exists; makes and changes nothing.
    public static func read(at path: BytePath) throws(LedgerError) -> [Canary] {
        let folder = try attempt(path) { () throws(Errno) in
            try FileDescriptor.open(path, [.readOnly, .directory, .noFollow])
        }
        var ledger = Ledger(path: path, key: try readKey(in: folder, path), folder: folder)
        try ledger.reload()
        return ledger.canaries
    }

    private init(path: BytePath, key: consuming SecretBytes, folder: consuming FileDescriptor) {
        self.path = path
        self.key = key
        self.folder = folder
    }

    /// Reads the list again.
    public mutating func reload() throws(LedgerError) {
        let bytes = try Self.read(Self.listName, limit: Self.listByteLimit, in: folder, path)
        guard let cut = bytes.firstIndex(of: 0x0a) else { throw .malformed }
        let text = Array(bytes[(cut + 1)...])
        guard try isAuthentic(text, line: Array(bytes[..<cut])) else { throw .tampered }
        guard let list = try? JSONDecoder().decode([Canary].self, from: Data(text)) else {
            throw .malformed
        }
        canaries = list
    }

    /// Adds canaries; one at the same path is replaced.
    public mutating func add(_ added: [Canary]) throws(LedgerError) {
        try change { list in
            let paths = Set(added.map(\.path))
            list.removeAll { paths.contains($0.path) }
            list += added
        }
    }

    /// Changes the list as it is now on the disk, alone among all processes.
    mutating func change(_ body: (inout [Canary]) -> Void) throws(LedgerError) {
        let lock = try Self.attempt(path.appending(Self.lockName)) { () throws(Errno) in
            try folder.open(Self.lockName, [.readWrite, .create, .noFollow], permissions: 0o600)
        }
        let isMine = try Self.attempt(path) { () throws(Errno) in try lock.tryLock() }
        guard isMine else { throw .busy }
        defer { lock.unlock() }
        try reload()
        var list = canaries
        body(&list)
        try save(list)
    }

    private mutating func save(_ list: [Canary]) throws(LedgerError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(list) else { throw .malformed }
        let text = Array(data)
        let line = Self.prefix + Hexadecimal.text(try tag(of: text))
        try Self.write(Array(line.utf8) + [0x0a] + text, Self.listName, in: folder, path)
        try Self.write(ExcludeList.bytes(for: list), Self.excludeName, in: folder, path)
        canaries = list
    }

    private static let prefix = "kanaria canaries 1 "

    private func isAuthentic(_ text: [UInt8], line: [UInt8]) throws(LedgerError) -> Bool {
        let expected = Array((Self.prefix + Hexadecimal.text(try tag(of: text))).utf8)
        return ConstantTime.equal(expected.span, line.span)
    }

    private func tag(of text: [UInt8]) throws(LedgerError) -> [UInt8] {
        let message = Array(Self.prefix.utf8) + text
        do throws(SodiumError) {
            return try key.withSpan { key throws(SodiumError) in
                try BLAKE2b.hash(message.span, key: key)
            }
        } catch {
            throw .sodium(error)
        }
    }
}
