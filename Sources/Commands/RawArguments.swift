internal import ArgumentParser
internal import Linux

/// Arguments as the kernel has them, so that names that are not UTF-8 survive.
///
/// A byte that is not part of valid UTF-8 becomes the scalar U+10FF00 + byte; arguments that
/// have such scalars themselves are carried the same way, byte for byte.
enum RawArguments {
    private static let base: UInt32 = 0x10FF00

    /// The arguments without the program's name and without a language that only `language` has; those
    /// of commands that take thousands are packed.
    static var current: [String] { call.arguments }

    /// What `--lang` before the verb says, or anywhere where the help is wanted.
    ///
    /// Before the verb it is no option of the parser's, which would take a tenth of a short command's
    /// time; the help of a verb whose verbs alone have the option would be that of one of these.
    static var language: String? { call.language }

    private static let call = call(of: read())

    private static func call(of all: [String]) -> (arguments: [String], language: String?) {
        var (rest, language) = (all, String?.none)
        let isHelp = all.first == "help" || all.contains { $0 == "--help" || $0 == "-h" }
        while let place = rest.firstIndex(where: { $0 == "--lang" || $0.hasPrefix("--lang=") }),
            isHelp || place == 0
        {
            let isJoined = rest[place] != "--lang"
            guard isJoined || place + 1 < rest.count else { break }
            language = isJoined ? String(rest[place].dropFirst(7)) : rest[place + 1]
            rest.removeSubrange(place..<(place + (isJoined ? 1 : 2)))
        }
        return (packed(rest, for: ["protect", "unlock"]), language)
    }

    private static func read() -> [String] {
        guard let file = try? FileDescriptor.open("/proc/self/cmdline"),
            let bytes = try? file.readToEnd(limit: 1 << 24)
        else { return Array(CommandLine.arguments.dropFirst()) }
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.dropFirst().map { carried(Array($0)) }
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
