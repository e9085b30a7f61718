internal import Synchronization

/// How many plaintext bytes are done; shared by the threads that work and the one that shows it.
public final class Progress: Sendable {
    private let count = Atomic<UInt64>(0)

    /// Starts at zero.
    public init() {}

    /// Plaintext bytes done so far.
    public var byteCount: UInt64 { count.load(ordering: .relaxed) }

    /// Adds bytes that are done.
    public func add(_ bytes: UInt64) {
        count.wrappingAdd(bytes, ordering: .relaxed)
    }
}
