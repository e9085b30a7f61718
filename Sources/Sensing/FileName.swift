public import Linux

/// A name in a folder, kept without an allocation.
public struct FileName: Sendable {
    /// The longest name on Linux (`NAME_MAX`), in bytes.
    private static let capacity = 255
    private var bytes = InlineArray<255, UInt8>(repeating: 0)
    private var count: UInt8

    /// Keeps a name; what is longer than any name is cut.
    public init(_ name: Span<UInt8>) {
        let length = min(name.count, Self.capacity)
        for index in 0..<length { bytes[index] = name[index] }
        count = UInt8(length)
    }

    /// The name as a path of its own.
    public var path: BytePath { BytePath((0..<Int(count)).map { bytes[$0] }) }
}
