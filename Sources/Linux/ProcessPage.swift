internal import CLinux

/// A file of `/proc/PID`, whose path is built on the stack: the sensor's thread does not allocate.
enum ProcessPage {
    case stat, status, syscall, executable

    /// Opens it for reading; nil when the process is gone or may not be looked at.
    func open(_ pid: Int32) -> FileDescriptor? {
        let path = path(pid)
        let number = unsafe path.span.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return Int32(-1) }
            return unsafe k_openat(AT_FDCWD, start, O_RDONLY | O_CLOEXEC, 0)
        }
        return number < 0 ? nil : FileDescriptor(owning: number)
    }

    /// The status of what it links to; nil when the process is gone or may not be looked at.
    func target(_ pid: Int32) -> FileStatus? {
        let path = path(pid)
        var raw = statx()
        let mask = UInt32(STATX_BASIC_STATS | STATX_BTIME)
        let result = unsafe path.span.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return Int32(-1) }
            return unsafe k_statx(AT_FDCWD, start, 0, mask, &raw)
        }
        return result == 0 ? FileStatus(raw) : nil
    }

    private var name: StaticString {
        switch self {
        case .stat: "/stat"
        case .status: "/status"
        case .syscall: "/syscall"
        case .executable: "/exe"
        }
    }

    private func path(_ pid: Int32) -> InlineArray<40, CChar> {
        var path = InlineArray<40, CChar>(repeating: 0)
        var length = 0
        func append(_ text: StaticString) {
            for index in 0..<text.utf8CodeUnitCount {
                path[length] = CChar(bitPattern: unsafe text.utf8Start[index])
                length += 1
            }
        }
        append("/proc/")
        var digits = InlineArray<12, CChar>(repeating: 0)
        var (count, rest) = (0, UInt32(clamping: pid))
        repeat {
            digits[count] = CChar(48 + rest % 10)
            (count, rest) = (count + 1, rest / 10)
        } while rest > 0
        for index in (0..<count).reversed() {
            path[length] = digits[index]
            length += 1
        }
        append(name)
        return path
    }
}
