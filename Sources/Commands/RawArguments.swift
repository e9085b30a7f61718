internal import ArgumentParser
internal import Linux

/// Arguments as the kernel has them, so that names that are not UTF-8 survive.
///
/// A byte that is not part of valid UTF-8 becomes the scalar U+10FF00 + byte; arguments that
/// have such scalars themselves are carried the same way, byte for byte.
enum RawArguments {
    private static let base: UInt32 = 0x10FF00

    /// The arguments without the program's name; those of commands that take thousands are packed.
    static let current = packed(read(), for: ["protect", "unlock"])

    private static func read() -> [String] {
        guard let file = try? FileDescriptor.open("/proc/self/cmdline"),
            let bytes = try? file.readToEnd(limit: 1 << 24)
        else { return Array(CommandLine.arguments.dropFirst()) }
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.dropFirst().map { carried(Array($0)) }
    }

    /// The arguments without the language that stands before the verb.
    static func withoutLanguage(_ arguments: [String]) -> ArraySlice<String> {
        arguments.dropFirst(
            arguments.first == "--lang" ? 2 : arguments.first?.hasPrefix("--lang=") == true ? 1 : 0)
    }

    /// The arguments with the operands at their end in one, for commands that take thousands: the
    /// parser's time grows with the square of their number.
    ///
    /// NUL stands between them, which no argument has. The first operand may be the value of the
    /// option before it, so that it stays alone.
    static func packed(_ arguments: [String], for commands: Set<String>) -> [String] {
        guard let command = arguments.first, commands.contains(command) else { return arguments }
        let start = (arguments.lastIndex { $0.hasPrefix("-") && $0 != "-" } ?? 0) + 2
        guard start + 1 < arguments.count else { return arguments }
        return arguments[..<start] + [arguments[start...].joined(separator: "\0")]
    }

    /// The arguments that one packed argument stands for.
    static func unpacked(_ argument: String) -> [String] {
        argument.utf8.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    /// Text that carries any bytes.
    static func carried(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.value >= base })
        {
            return text
        }
        var text = String.UnicodeScalarView()
        for byte in bytes {
            if byte < 0x80 {
                text.append(Unicode.Scalar(byte))
            } else if let scalar = Unicode.Scalar(base + UInt32(byte)) {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// The bytes that a text carries.
    static func bytes(_ text: String) -> [UInt8] {
        guard text.unicodeScalars.contains(where: { $0.value >= base }) else {
            return Array(text.utf8)
        }
        return text.unicodeScalars.flatMap { scalar -> [UInt8] in
            scalar.value >= base
                ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
        }
    }
}

extension BytePath {
    init(argument: String) {
        self.init(RawArguments.bytes(argument))
    }
}
