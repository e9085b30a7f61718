internal import CLinux

/// The terminal that controls this process, for questions whose answers nobody may see.
public struct Terminal: ~Copyable {
    private let file: FileDescriptor

    /// Longest line that a terminal gives, with its line feed.
    ///
    /// Source: Linux drivers/tty/n_tty.c, N_TTY_BUF_SIZE.
    public static let longestLine = 4096

    /// Opens the terminal.
    ///
    /// - Parameter path: another terminal than the controlling one.
    /// - Throws: `Errno`; `ENXIO` where the process has none.
    public init(_ path: BytePath = "/dev/tty") throws(Errno) {
        file = try FileDescriptor.open(path, [.readWrite, OpenOptions(rawValue: O_NOCTTY)])
    }

    /// Shows a prompt and reads one line that does not appear on the screen.
    ///
    /// Echo is on again when this returns, and also before a signal that stops or ends the
    /// process takes effect; after a stop the question is asked again.
    /// - Parameters:
    ///   - prompt: what to show in front of the answer.
    ///   - answer: `longestLine` bytes of room.
    /// - Returns: bytes of the answer without its line feed; nil at the end of input.
    /// - Throws: `Errno`.
    public borrowing func ask(
        _ prompt: String, into answer: inout MutableSpan<UInt8>
    ) throws(Errno) -> Int? {
        let text = Array(prompt.utf8)
        while true {
            guard let count = try readHidden(text, into: &answer) else { continue }
            try file.writeAll([UInt8(ascii: "\n")].span)
            if count == 0 { return nil }
            return answer[count - 1] == UInt8(ascii: "\n") ? count - 1 : count
        }
    }

    /// A prompt and one `read(2)` with echo off; nil when a signal came first, which has had its effect then.
    private borrowing func readHidden(
        _ prompt: [UInt8], into answer: inout MutableSpan<UInt8>
    ) throws(Errno) -> Int? {
        var mask = sigset_t()
        _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
        // The signals stay pending until echo is back, and take effect here.
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &mask, nil) }
        let signals = try SignalWatch(
            [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP].filter {
                // One that the caller blocks would come again and again and have no effect.
                unsafe sigismember(&mask, $0) == 0
            })
        let shown = try hideEcho()
        defer { set(shown, when: TCSADRAIN) }
        let epoll = try Epoll()
        try epoll.add(file, token: 0)
        try epoll.add(signals.descriptor, token: 1)
        try file.writeAll(prompt.span)
        while true {
            switch try epoll.wait(milliseconds: -1) {
            case 0: return try file.read(into: &answer)
            case 1: return nil
            default: continue
            }
        }
    }

    private borrowing func hideEcho() throws(Errno) -> termios {
        var shown = termios()
        let number = file.rawValue
        try retrying { unsafe tcgetattr(number, &shown) }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL)
        hidden.c_lflag |= tcflag_t(ICANON | ISIG)
        try retrying { unsafe tcsetattr(number, TCSAFLUSH, &hidden) }
        return shown
    }

    private borrowing func set(_ attributes: termios, when: Int32) {
        var attributes = attributes
        _ = unsafe tcsetattr(file.rawValue, when, &attributes)
    }
}
