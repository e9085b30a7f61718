internal import CLinux

/// Permits that threads wait for.
public struct Semaphore: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Starts without a permit.
    public init() throws(Errno) {
        let flags = Int32(EFD_CLOEXEC | EFD_SEMAPHORE)
        descriptor = FileDescriptor(owning: try retrying { eventfd(0, flags) })
    }

    /// Gives one permit.
    public borrowing func signal() {
        _ = eventfd_write(descriptor.rawValue, 1)
    }

    /// Takes one permit; waits until there is one.
    public borrowing func wait() {
        var value: eventfd_t = 0
        let number = descriptor.rawValue
        _ = try? retrying { unsafe eventfd_read(number, &value) }
    }
}
