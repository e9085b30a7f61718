public import Age
internal import Linux
internal import Sodium

/// The file of a key that was just made; its text stays in locked memory.
public struct NewKeyFile: ~Copyable {
    /// The public half as people write it.
    public let publicText: String
    private let text: SecretBytes

    /// Makes a key that opens.
    public static func identity(isPostQuantum: Bool = false) throws(KeyError) -> NewKeyFile {
        let key: any NamedIdentity =
            isPostQuantum ? try HybridIdentity.generate() : try X25519Identity.generate()
        let publicText = try key.publicText()
        do throws(SodiumError) {
            return try NewKeyFile(publicText, try key.lockedText())
        } catch {
            throw .sodium(error)
        }
    }

    /// Makes a key that signs.
    public static func signingKey() throws(KeyError) -> NewKeyFile {
        let key = try SigningKey.generate()
        do throws(SodiumError) {
            return try NewKeyFile(key.issuer.text, try key.lockedText())
        } catch {
            throw .sodium(error)
        }
    }

    private init(
        _ publicText: String, _ secret: borrowing SecretBytes
    ) throws(SodiumError) {
        let comments = "# created: \(Clock.timestamp())\n# public key: \(publicText)\n"
        let head = Array(comments.utf8)
        var room = try SecretBytes(count: head.count + secret.count + 1)
        room.withMutableSpan { room in
            for index in head.indices { room[index] = head[index] }
            secret.withSpan { secret in
                for index in secret.indices { room[head.count + index] = secret[index] }
            }
            room[room.count - 1] = UInt8(ascii: "\n")
        }
        text = room
        self.publicText = publicText
    }

    /// Lends the file's text to `body`.
    public borrowing func withSpan<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try text.withSpan(body)
    }
}
