internal import CLinux

/// The two ends of a pipe, closed on exec.
struct PipeEnds: ~Copyable, Sendable {
    /// The end that is read.
    let reading: FileDescriptor
    /// The end that is written.
    let writing: FileDescriptor

    /// Makes one.
    init() throws(Errno) {
        var ends = k_pipe_ends()
        try retrying { unsafe k_pipe(&ends) }
        reading = FileDescriptor(owning: ends.reading)
        writing = FileDescriptor(owning: ends.writing)
    }
}

extension ChildProcess {
    /// What a program wrote and how it ended, or why there is nothing.
    public enum Outcome: Sendable, Equatable {
        /// It ended by itself; the output has at most as many bytes as were asked for.
        case ended(ExitStatus, output: [UInt8])
        /// It took too long and was killed.
        case timedOut
        /// It could not be started.
        case failed(Errno)
    }

    /// Runs a program and collects its standard output; it never takes longer than it may.
    ///
    /// It reads from `input` where there is one; its other standard descriptors lead nowhere.
    public static func run(
        _ executable: BytePath, arguments: [BytePath], milliseconds: UInt64, limit: Int,
        input: Int32? = nil
    ) -> Outcome {
        do throws(Errno) {
            let pipe = try PipeEnds()
            let silence = try FileDescriptor.open("/dev/null", [.readWrite])
            var options = Options()
            options.environment = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
            options.descriptors = [
                (input ?? silence.rawValue, 0), (pipe.writing.rawValue, 1), (silence.rawValue, 2),
            ]
            let child = try ChildProcess(executable, arguments: arguments, options: options)
            // Kept open until here.
            _ = silence.rawValue
            let handle = try ProcessHandle(pid: child.pid)
            let end = Clock.monotonicNanoseconds + milliseconds * 1_000_000
            let output = try collect(pipe, until: end, limit: limit)
            let rest = (Int64(end) - Int64(Clock.monotonicNanoseconds)) / 1_000_000
            let isLate =
                output == nil || !handle.hasEnded(withinMilliseconds: Int32(clamping: max(0, rest)))
            if isLate { try? handle.send(.kill) }
            let status = try child.wait()
            return isLate ? .timedOut : .ended(status, output: output ?? [])
        } catch {
            return .failed(error)
        }
    }

    /// Reads until the other end is closed; nil when the time or the room is over before.
    private static func collect(
        _ pipe: consuming PipeEnds, until end: UInt64, limit: Int
    ) throws(Errno) -> [UInt8]? {
        let reading = pipe.takeReadingEnd()
        let waiting = try Epoll()
        try waiting.add(reading, token: 1)
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let now = Clock.monotonicNanoseconds
            if now >= end || all.count > limit { return nil }
            let token = try waiting.wait(milliseconds: Int32(clamping: (end - now) / 1_000_000 + 1))
            if token == nil { continue }
            var span = buffer.mutableSpan
            let count = try reading.read(into: &span)
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }
}

extension PipeEnds {
    /// Closes the end that is written and gives the other away.
    fileprivate consuming func takeReadingEnd() -> FileDescriptor { reading }
}
