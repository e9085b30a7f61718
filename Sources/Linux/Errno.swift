internal import CLinux

/// An error number of the kernel.
public struct Errno: RawRepresentable, Error, Hashable, Sendable {
    /// The C value.
    public let rawValue: Int32

    /// Wraps a C value.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// `ENOENT`.
    public static let noSuchFile = Errno(rawValue: ENOENT)
    /// `EEXIST`.
    public static let fileExists = Errno(rawValue: EEXIST)
    /// `EACCES`.
    public static let permissionDenied = Errno(rawValue: EACCES)
    /// `EPERM`.
    public static let notPermitted = Errno(rawValue: EPERM)
    /// `EAGAIN`.
    public static let wouldBlock = Errno(rawValue: EAGAIN)
    /// `EINTR`.
    public static let interrupted = Errno(rawValue: EINTR)
    /// `EINVAL`.
    public static let invalidArgument = Errno(rawValue: EINVAL)
    /// `ENOSPC`.
    public static let noSpace = Errno(rawValue: ENOSPC)
    /// `EFBIG`.
    public static let fileTooLarge = Errno(rawValue: EFBIG)
    /// `EDQUOT`.
    public static let quotaExceeded = Errno(rawValue: EDQUOT)
    /// `EROFS`.
    public static let readOnlyFileSystem = Errno(rawValue: EROFS)
    /// `ENOTDIR`.
    public static let notDirectory = Errno(rawValue: ENOTDIR)
    /// `EISDIR`.
    public static let isDirectory = Errno(rawValue: EISDIR)
    /// `ELOOP`.
    public static let symbolicLink = Errno(rawValue: ELOOP)
    /// `ENOTEMPTY`.
    public static let directoryNotEmpty = Errno(rawValue: ENOTEMPTY)
    /// `ENAMETOOLONG`.
    public static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    /// `EXDEV`.
    public static let crossDevice = Errno(rawValue: EXDEV)
    /// `ENODEV`.
    public static let noDevice = Errno(rawValue: ENODEV)
    /// `ENOSYS`.
    public static let notImplemented = Errno(rawValue: ENOSYS)
    /// `EOPNOTSUPP`.
    public static let notSupported = Errno(rawValue: EOPNOTSUPP)
    /// `ESRCH`.
    public static let noSuchProcess = Errno(rawValue: ESRCH)
    /// `ESTALE`.
    public static let staleHandle = Errno(rawValue: ESTALE)
    /// `EADDRINUSE`.
    public static let addressInUse = Errno(rawValue: EADDRINUSE)
    /// `ECONNREFUSED`.
    public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    /// `EPIPE`.
    public static let brokenPipe = Errno(rawValue: EPIPE)
    /// `EMFILE`.
    public static let tooManyOpenFiles = Errno(rawValue: EMFILE)
    /// `ENOBUFS`.
    public static let noBuffers = Errno(rawValue: ENOBUFS)
    /// `ENOMEM`.
    public static let outOfMemory = Errno(rawValue: ENOMEM)
    /// `ENODATA`.
    public static let noData = Errno(rawValue: ENODATA)
    /// `EFAULT`.
    public static let badAddress = Errno(rawValue: EFAULT)
    /// `EIO`.
    public static let inputOutput = Errno(rawValue: EIO)

    /// The value that the last failed call left in this thread.
    static var current: Errno {
        Errno(rawValue: unsafe __errno_location().pointee)
    }
}

extension Errno: CustomStringConvertible {
    /// The C library's sentence for the number, in English.
    public var description: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard let text = unsafe k_strerror(rawValue, &buffer, UInt(buffer.count)) else {
            return "errno \(rawValue)"
        }
        return unsafe String(cString: text)
    }
}

/// Calls until something other than `EINTR` comes back and turns -1 into a thrown `Errno`.
@discardableResult
func retrying<Value: FixedWidthInteger>(_ body: () -> Value) throws(Errno) -> Value {
    while true {
        let value = body()
        if value != -1 { return value }
        let error = Errno.current
        if error != .interrupted { throw error }
    }
}
