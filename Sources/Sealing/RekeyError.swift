public import Age
public import Linux

/// Why a file did not get another header; it is as it was then.
public enum RekeyError: Error, Equatable, Sendable {
    /// It could not be opened.
    case open(UnlockError)
    /// The recipients can't be used, or not together.
    case wrap(WrapError)
    /// The stanza of an age key does not tell whose it is, so it can't be found.
    case anonymous
    /// No stanza is for this key.
    case notThere(String)
    /// Nobody could open the file any more.
    case nobodyLeft
    /// The policy can't be signed anew.
    case signature(SignatureError)
    /// It changed while it was read.
    case changed(BytePath)
    /// The new file could not be written.
    case output(BytePath, Errno)

    static func transfer(_ error: TransferError, _ path: BytePath) -> RekeyError {
        if case .write(let errno) = error { return .output(path, errno) }
        return .open(.transfer(error, path, path))
    }
}
