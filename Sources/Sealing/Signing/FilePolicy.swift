internal import Linux

/// What an issuer says about one sealed file; anybody can read it, so it never holds the data.
public struct FilePolicy: Equatable, Sendable {
    /// Sixteen random bytes that name the file in records.
    public var fileID: [UInt8]
    /// Whose key signs.
    public var issuer: IssuerKey
    /// When it was sealed, in seconds since 1970.
    public var created: Int64
    /// What holds for all files of one export.
    public var terms: PolicyTerms
    /// Fingerprints of those it is sealed to, in ascending order.
    public var recipients: [String]
    /// Further lines `x-…: …` of later versions, which need not be understood.
    public internal(set) var extensions: [String] = []

    /// The identifier as 32 hexadecimal digits.
    public var fileIDText: String { Hexadecimal.text(fileID) }
}

/// The part of a policy that the person who seals chooses.
public struct PolicyTerms: Equatable, Sendable {
    /// Who the issuer is, in words.
    public var issuerName: String?
    /// Before this no opening, in seconds since 1970.
    public var notBefore: Int64?
    /// After this no opening, in seconds since 1970.
    public var notAfter: Int64?
    /// What the file is for.
    public var purpose: String?
    /// How confidential it is.
    public var classification: String?
    /// Whom to ask.
    public var contact: String?
    /// How to handle it; advice to people.
    public var rules: [String] = []

    /// Says nothing yet.
    public init() {}
}

/// Why a policy can't be signed.
public enum PolicyTermsError: Error, Equatable, Sendable {
    /// The text of a field is empty, too long, or has characters that are not for display.
    case invalidText(field: String)
    /// A time lies outside the years 1970 to 9999.
    case invalidTime(field: String)
    /// It would end before it begins.
    case endsBeforeBeginning
    /// The whole policy is too long.
    case tooLong
}

/// Bytes as pairs of digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// The bytes, or nil for anything but pairs of lower-case digits.
    static func bytes(_ text: String) -> [UInt8]? {
        let values = text.utf8.compactMap { digits.firstIndex(of: $0).map { UInt8($0) } }
        guard values.count == text.utf8.count, values.count % 2 == 0 else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
