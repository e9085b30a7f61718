internal import Contents
internal import Linux

/// Judges files for the benchmark suite as the guard would, one JSON line for each line read.
///
/// A line is the path of a file, or the path of its old content, a tab, and that of its new one.
/// Nothing but one file, and at most 8 MiB of its old and new content, is held in memory.
@main enum Main {
    static func main() {
        let input = FileDescriptor(owning: 0)
        let output = FileDescriptor(owning: 1)
        var lines = LineReader()
        do throws(Errno) {
            while let line = try lines.next(from: input) {
                let answer = JudgedLine(line).json + "\n"
                try output.writeAll(Array(answer.utf8).span)
            }
        } catch {
            Console.exit(74)
        }
    }
}

/// Lines of a descriptor that may come in pieces.
struct LineReader {
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var waiting: [UInt8] = []

    /// The next line without its end; nil at the end of the input.
    mutating func next(from input: borrowing FileDescriptor) throws(Errno) -> [UInt8]? {
        while true {
            if let end = waiting.firstIndex(of: 0x0A) {
                let line = Array(waiting[..<end])
                waiting.removeFirst(end + 1)
                return line
            }
            var span = buffer.mutableSpan
            let count = try input.read(into: &span)
            if count == 0 { return waiting.isEmpty ? nil : take() }
            waiting += buffer[..<count]
        }
    }

    private mutating func take() -> [UInt8] {
        defer { waiting = [] }
        return waiting
    }
}
