internal import CMagic

/// Why the database of media types is not to be had.
public enum MagicError: Error, Equatable, Sendable {
    /// There is no memory for it.
    case unavailable
    /// The database is missing or from another version; libmagic's words.
    case database(String)
}

/// Tells media types from the first bytes of files, by libmagic's database.
public struct MediaTypes: ~Copyable {
    /// The handle as an integer, which the owner alone uses.
    private let address: UInt

    /// Bytes of a file that are enough.
    ///
    /// Source: file(1), parameter `bytes`: 1 MiB by default; what policies name shows earlier.
    public static let headByteCount = 1 << 18

    /// Loads the system's database.
    public init() throws(MagicError) {
        guard let made = unsafe magic_open(MAGIC_MIME_TYPE) else { throw .unavailable }
        guard unsafe magic_load(made, nil) == 0 else {
            var text = ""
            if let words = unsafe magic_error(made) { text = unsafe String(cString: words) }
            unsafe magic_close(made)
            throw .database(text)
        }
        address = UInt(bitPattern: made)
    }

    /// The media type, as `application/pdf`; `application/octet-stream` where it is not known.
    public borrowing func mediaType(of head: Span<UInt8>) -> String {
        let handle = unsafe magic_t(bitPattern: address)
        return unsafe head.withUnsafeBufferPointer { bytes in
            let text = unsafe magic_buffer(handle, bytes.baseAddress, bytes.count)
            guard let text = unsafe text else { return "application/octet-stream" }
            return unsafe String(cString: text)
        }
    }

    deinit { unsafe magic_close(magic_t(bitPattern: address)) }
}
