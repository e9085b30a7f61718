/// A value that has one owner, kept where several can use it.
public final class Shared<Value: ~Copyable & Sendable>: Sendable {
    /// What is shared.
    public let value: Value

    /// Takes the value over.
    public init(_ value: consuming Value) { self.value = value }
}
