/// A path or name as the kernel has it: bytes without NUL, not necessarily UTF-8.
public struct BytePath: Hashable, Sendable {
    /// The bytes, without a terminating NUL.
    public let bytes: [UInt8]

    /// Takes bytes up to the first NUL.
    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes.prefix { $0 != 0 })
    }

    /// Takes the UTF-8 bytes of a string.
    public init(_ text: String) {
        self.init(text.utf8)
    }

    /// Whether it starts at the root.
    public var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }

    /// The part behind the last slash; empty for `/`.
    public var lastComponent: BytePath {
        BytePath(bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    }

    /// Everything before the last slash; `.` where there is none.
    public var parent: BytePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return BytePath(".") }
        return slash == 0 ? BytePath("/") : BytePath(bytes[..<slash])
    }

    /// The path with one more component.
    public func appending(_ name: BytePath) -> BytePath {
        if bytes.isEmpty { return name }
        let slash: [UInt8] = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return BytePath(bytes + slash + name.bytes)
    }

    /// The path with one more component.
    public func appending(_ name: String) -> BytePath {
        appending(BytePath(name))
    }

    /// Whether it is `folder` or lies beneath it; `/a/b` is not beneath `/a/bc` nor the reverse.
    public func isBeneath(_ folder: BytePath) -> Bool {
        let base = folder.bytes == [UInt8(ascii: "/")] ? [] : folder.bytes
        guard bytes.starts(with: base) else { return false }
        return bytes.count == base.count || bytes[base.count] == UInt8(ascii: "/")
    }

    /// The bytes behind the last dot of the name, lower-cased ASCII; empty where there is none.
    public var suffix: [UInt8] {
        let name = lastComponent.bytes
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return [] }
        return name[(dot + 1)...].map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    }

    /// Lends a NUL-terminated copy to `body`.
    func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        var terminated = [CChar]()
        terminated.reserveCapacity(bytes.count + 1)
        for byte in bytes { terminated.append(CChar(bitPattern: byte)) }
        terminated.append(0)
        return unsafe terminated.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("never empty") }
            return unsafe body(start)
        }
    }
}

extension BytePath: CustomStringConvertible, ExpressibleByStringLiteral {
    /// The path for people: bytes that are not UTF-8 and control characters as `\xNN`.
    ///
    /// What turns the direction of writing counts as a control character: it could show one name
    /// as another.
    public var description: String {
        if let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: Self.isControl)
        {
            return text
        }
        var text = ""
        for byte in bytes {
            if byte < 0x20 || byte >= 0x7f {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count == 1 ? "0" : "") + digits
            } else {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl
        }
    }

    /// A path from source text.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
