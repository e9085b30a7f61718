public import Linux
internal import Sodium

/// Looks whether a journal is as it was written; needs only its files and the public key.
///
/// What cannot show: lines cut off behind the newest checkpoint, and anything that somebody did
/// who has the signing key, unless an anchor from elsewhere is given.
public struct Verifier: Sendable {
    private let folder: JournalFolder
    private let key: [UInt8]
    private var anchors: [JournalAnchor]

    /// How often the end of the last file is read again while somebody may be writing it.
    private static let tornTries = 20
    private static let tornPause: UInt64 = 20_000_000

    /// Reads the public key.
    ///
    /// - Parameters:
    ///   - folder: the journal, or a copy of it.
    ///   - publicKey: a file with 64 hexadecimal digits; nil for the folder's own.
    ///   - anchors: lines that the journal is known to have had.
    /// - Throws: `JournalError`.
    public init(
        _ folder: JournalFolder, publicKey: BytePath?, anchors: [JournalAnchor] = []
    ) throws(JournalError) {
        let path = publicKey ?? folder.publicKey
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor.open(path).readToEnd(limit: 256)
        } catch {
            throw error == .noSuchFile && publicKey == nil
                ? .none(folder.path) : .file(path, error)
        }
        let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        guard let key = Hexadecimal.bytes(text), key.count == Ed25519.publicKeySize else {
            throw .badKey(path)
        }
        (self.folder, self.key, self.anchors) = (folder, key, anchors)
    }

    /// Reads all of it.
    ///
    /// - Throws: `JournalError` where a file can't be read.
    public func run() throws(JournalError) -> Verification {
        // First: whoever writes meanwhile adds lines before renewing it.
        let head = try readHead()
        let headAnchor = head.flatMap { line in
            LineHead(line).map {
                JournalAnchor(sequence: $0.sequence, digest: Chain.digest(of: line))
            }
        }
        var walk = Walk(key: key, anchors: anchors + [headAnchor].compactMap(\.self))
        do throws(Errno) {
            let numbers = try folder.numbers()
            for number in numbers { try read(number, isLast: number == numbers.last, &walk) }
        } catch {
            throw .file(folder.path, error)
        }
        walk.end(head: head)
        return walk.found
    }

    private func readHead() throws(JournalError) -> [UInt8]? {
        do throws(Errno) {
            let file = try FileDescriptor.open(folder.head, [.noFollow])
            let bytes = try file.readToEnd(limit: 2 * JournalWriter.lineLimit)
            return FileLines(bytes).lines.first ?? bytes
        } catch {
            if error == .noSuchFile { return nil }
            throw .file(folder.head, error)
        }
    }

    private func read(_ number: UInt64, isLast: Bool, _ walk: inout Walk) throws(Errno) {
        var lines = FileLines(try folder.read(number))
        var tries = isLast ? Self.tornTries : 0
        while !lines.torn.isEmpty, tries > 0 {
            Clock.sleep(nanoseconds: Self.tornPause)
            lines = FileLines(try folder.read(number))
            tries -= 1
        }
        walk.take(lines, of: number)
    }
}
