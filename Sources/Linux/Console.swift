internal import CLinux

/// The standard descriptors and the end of the program.
public enum Console {
    /// Writes a line to standard error.
    public static func error(_ line: String) { write(line, to: 2) }

    /// Writes a line to standard output.
    public static func output(_ line: String) { write(line, to: 1) }

    /// Writes to standard error without ending the line.
    public static func errorText(_ text: String) { write(Array(text.utf8), to: 2) }

    /// Writes to standard output without ending the line.
    public static func outputText(_ text: String) { write(Array(text.utf8), to: 1) }

    /// Whether standard error is a terminal.
    public static var isErrorTerminal: Bool { isatty(2) == 1 }

    /// Whether standard output is a terminal.
    public static var isOutputTerminal: Bool { isatty(1) == 1 }

    /// Whether standard input is a terminal.
    public static var isInputTerminal: Bool { isatty(0) == 1 }

    /// Writes bytes to standard output and reports what the kernel says.
    public static func output(_ bytes: Span<UInt8>) throws(Errno) {
        let file = FileDescriptor(owning: 1)
        try file.writeAll(bytes)
        _ = file.release()
    }

    /// Ends the program with an exit code.
    public static func exit(_ code: Int32) -> Never { CLinux.exit(code) }

    private static func write(_ line: String, to number: Int32) {
        write(Array(line.utf8) + [10], to: number)
    }

    private static func write(_ bytes: [UInt8], to number: Int32) {
        let file = FileDescriptor(owning: number)
        try? file.writeAll(bytes.span)
        _ = file.release()
    }
}

/// The environment of the program.
public enum Environment {
    /// Names and values that are UTF-8, as they were when first asked for.
    public static let current: [String: String] = read()

    private static func read() -> [String: String] {
        var found = [String: String]()
        guard let text = ProcessTable.contents("/proc/self/environ", limit: 1 << 20) else {
            return found
        }
        for entry in text.split(separator: 0) {
            let parts = entry.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self),
                let value = String(validating: parts[1], as: UTF8.self)
            else { continue }
            found[name] = value
        }
        return found
    }
}
