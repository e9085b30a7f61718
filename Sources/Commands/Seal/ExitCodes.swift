/// Exit codes of the seal's commands; the numbers are those of `sysexits.h`.
enum ExitCodes {
    /// Everything was done.
    static let done: Int32 = 0
    /// Wrong arguments, or bytes that are not text would go to a terminal.
    static let usage: Int32 = 64
    /// A file is damaged, cut or malformed.
    static let damaged: Int32 = 65
    /// A source or key file can't be read.
    static let noInput: Int32 = 66
    /// Cipher, keys or random numbers failed.
    static let software: Int32 = 70
    /// The output's name is taken or can't be made.
    static let cannotCreate: Int32 = 73
    /// Writing failed: the disk is full or broken.
    static let inputOutput: Int32 = 74
    /// The source changed while it was read; trying again may help.
    static let sourceChanged: Int32 = 75
    /// The signed policy does not hold or has run out.
    static let policy: Int32 = 76
    /// No key fits.
    static let noKey: Int32 = 77
    /// A key or recipients file is malformed.
    static let configuration: Int32 = 78
}
