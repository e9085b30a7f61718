/// What a header may cost before anything in it is authenticated.
///
/// Source: facts/irm.md §1; the format itself sets no caps.
public struct Limits: Equatable, Sendable {
    /// Longest header in bytes.
    public var headerBytes = 1 << 20
    /// Most stanzas.
    public var stanzas = 1024
    /// Longest stanza body in bytes.
    public var bodyBytes = 64 << 10
    /// Highest scrypt cost; 2^20 takes 1 GiB.
    public var scryptLogN = 20

    /// The limits used when the caller names none.
    public static let standard = Limits()

    /// Starts from the standard limits.
    public init() {}
}
