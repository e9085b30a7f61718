internal import Linux
internal import Sodium

/// The key that signs checkpoints; made at the first start and readable for its user alone.
struct JournalKey: ~Copyable {
    private let pair: Ed25519KeyPair
    /// Whether it was made just now.
    let isNew: Bool

    /// Separates these signatures from all others by the same key.
    static let domain = Array("kanaria journal checkpoint v1\n".utf8)

    /// The public half in hexadecimal digits.
    var publicText: String { Hexadecimal.text(pair.publicKey) }

    private init(_ pair: consuming Ed25519KeyPair, isNew: Bool) {
        self.pair = pair
        self.isNew = isNew
    }

    /// Reads the key of a folder, or makes one; a damaged one is set aside.
    static func open(_ folder: JournalFolder) throws(JournalError) -> JournalKey {
        let seed = try read(folder)
        let key = try make(seed)
        do throws(Errno) {
            if key.isNew { try key.store(folder) }
            try key.publish(folder)
        } catch {
            throw .file(folder.key, error)
        }
        return key
    }

    private static func make(_ seed: consuming SecretBytes?) throws(JournalError) -> JournalKey {
        do throws(SodiumError) {
            if let seed { return JournalKey(try Ed25519KeyPair(seed: seed), isNew: false) }
            return JournalKey(try Ed25519KeyPair(), isNew: true)
        } catch {
            throw .sodium(error)
        }
    }

    borrowing func sign(_ bytes: [UInt8]) throws(JournalError) -> String {
        do throws(SodiumError) {
            return Hexadecimal.text(try pair.sign((Self.domain + bytes).span))
        } catch {
            throw .sodium(error)
        }
    }

    /// Whether the owner of a public key signed these bytes.
    static func isSigned(_ bytes: [UInt8], _ signature: [UInt8], by key: [UInt8]) -> Bool {
        let message = domain + bytes
        return
            (try? Ed25519.verify(
                signature: signature.span, message: message.span, publicKey: key.span)) != nil
    }

    private static func read(_ folder: JournalFolder) throws(JournalError) -> SecretBytes? {
        do throws(Errno) {
            let file = try FileDescriptor.open(folder.key, [.noFollow])
            var bytes = try file.readToEnd(limit: Ed25519.seedSize + 1)
            defer { Wipe.wipe(&bytes) }
            if bytes.count == Ed25519.seedSize { return try? SecretBytes(copying: bytes.span) }
            let home = try FileDescriptor.open(folder.path, [.directory])
            let name = BytePath("key.damaged-\(Clock.wallNanoseconds)")
            try home.rename(BytePath("key"), to: name)
            return nil
        } catch {
            if error == .noSuchFile { return nil }
            throw .file(folder.key, error)
        }
    }

    private borrowing func store(_ folder: JournalFolder) throws(Errno) {
        guard let seed = try? pair.seed() else { throw .outOfMemory }
        let file = try AtomicFile(in: folder.path, permissions: 0o600)
        try seed.withSpan { (bytes) throws(Errno) in try file.file.writeAll(bytes) }
        try file.commit(as: "key")
    }

    private borrowing func publish(_ folder: JournalFolder) throws(Errno) {
        let text = Array((publicText + "\n").utf8)
        if let old = try? FileDescriptor.open(folder.publicKey).readToEnd(limit: 256), old == text {
            return
        }
        let file = try AtomicFile(in: folder.path, permissions: 0o644)
        try file.file.writeAll(text.span)
        try file.commit(as: "key.pub", replacing: true)
    }
}
