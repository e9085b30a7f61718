public import Linux
internal import Sodium

/// Why there is no passphrase.
public enum PassphraseError: Error, Equatable, Sendable {
    /// There is no terminal to ask at.
    case noTerminal(Errno)
    /// The terminal or descriptor could not be read.
    case read(Errno)
    /// Nothing was entered.
    case empty
    /// The line is longer than a passphrase may be.
    case tooLong
    /// The second entry differs from the first.
    case different
    /// No locked memory was to be had.
    case sodium

    private static let codes: [(code: String, error: PassphraseError)] = [
        ("passphrase-no-terminal", .noTerminal(.noDevice)), ("passphrase-empty", .empty),
        ("passphrase-too-long", .tooLong), ("passphrase-memory", .sodium),
    ]

    /// The error that a code of `UnwrapError.refused` stands for.
    public init?(code: String) {
        guard let found = Self.codes.first(where: { $0.code == code }) else { return nil }
        self = found.error
    }

    /// What stands for it in `UnwrapError.refused`.
    var code: String {
        switch self {
        case .noTerminal: "passphrase-no-terminal"
        case .read: "passphrase-read"
        case .empty: "passphrase-empty"
        case .tooLong: "passphrase-too-long"
        case .different: "passphrase-different"
        case .sodium: "passphrase-memory"
        }
    }
}

/// A passphrase in locked memory; it is zeroed when its last owner goes.
public final class Passphrase: Sendable {
    private let secret: SecretBytes

    private init(_ secret: consuming SecretBytes) {
        self.secret = secret
    }

    /// Reads the first line that a descriptor gives; the descriptor stays open.
    public static func read(from number: Int32) throws(PassphraseError) -> Passphrase {
        var room = try room()
        let count: Int
        do throws(Errno) {
            count = try room.withMutableSpan { (room) throws(Errno) in
                try firstLine(of: number, into: &room)
            }
        } catch {
            throw .read(error)
        }
        return try kept(room, count)
    }

    /// Asks at the terminal that controls the process.
    public static func ask(_ prompt: String) throws(PassphraseError) -> Passphrase {
        let terminal = try terminal()
        var room = try room()
        let count: Int
        do throws(Errno) {
            count =
                try room.withMutableSpan { (room) throws(Errno) in
                    try terminal.ask(prompt, into: &room)
                } ?? 0
        } catch {
            throw .read(error)
        }
        return try kept(room, count)
    }

    /// Asks twice, so that nothing is sealed to a slip of the finger.
    public static func ask(
        _ prompt: String, again: String
    ) throws(PassphraseError) -> Passphrase {
        let first = try ask(prompt)
        let second = try ask(again)
        let isSame = first.withSpan { one in second.withSpan { ConstantTime.equal(one, $0) } }
        if !isSame { throw .different }
        return first
    }

    /// Lends the bytes to `body`.
    public func withSpan<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try secret.withSpan(body)
    }

    private static func terminal() throws(PassphraseError) -> Terminal {
        do throws(Errno) { return try Terminal() } catch { throw .noTerminal(error) }
    }

    private static func kept(
        _ room: borrowing SecretBytes, _ count: Int
    ) throws(PassphraseError) -> Passphrase {
        if count == 0 { throw .empty }
        if count >= room.count { throw .tooLong }
        do throws(SodiumError) {
            return try room.withSpan { (bytes) throws(SodiumError) in
                Passphrase(try SecretBytes(copying: bytes.extracting(0..<count)))
            }
        } catch {
            throw .sodium
        }
    }

    private static func room() throws(PassphraseError) -> SecretBytes {
        do throws(SodiumError) {
            return try SecretBytes(count: Terminal.longestLine)
        } catch {
            throw .sodium
        }
    }

    /// Reads to the end of the line, of the input or of the room; the line end is not counted.
    private static func firstLine(
        of number: Int32, into room: inout MutableSpan<UInt8>
    ) throws(Errno) -> Int {
        let lent = FileDescriptor(owning: number)
        let file = try lent.duplicate()
        _ = lent.release()
        var count = 0
        while count < room.count {
            var rest = room._mutatingExtracting(count..<room.count)
            let more = try file.read(into: &rest)
            if more == 0 { break }
            for place in count..<(count + more) where room[place] == 10 || room[place] == 13 {
                return place
            }
            count += more
        }
        return count
    }
}
