/// Why the text of a policy was refused.
public enum PolicyError: Sendable, Equatable {
    /// The file is larger than any policy may be.
    case tooLong(byteCount: Int)
    /// The bytes from this offset on are not UTF-8.
    case notUTF8(at: Int)
    /// The text is not YAML; `scanner` is what libyaml says.
    case syntax(at: Place, scanner: String)
    /// The file holds nothing but comments.
    case empty
    /// A second document begins here.
    case severalDocuments(at: Place)
    /// An anchor, alias or tag; a policy has to say what it says where it says it.
    case indirection(at: Place)
    /// The key is not one of those known here.
    case unknownKey(at: Place, key: String, known: [String])
    /// The mapping at this place lacks a key.
    case missingKey(at: Place, key: String)
    /// The key stands more than once in one mapping; the place is its first.
    case duplicateKey(at: Place, key: String)
    /// Both keys stand here, and only one may.
    case conflictingKeys(at: Place, String, String)
    /// The value has another type than the key needs.
    case wrongType(at: Place, expected: ValueType, found: ValueType)
    /// The value is not a whole number directly followed by one of the units.
    case wrongUnit(at: Place, text: String, units: [String])
    /// The value lies outside of its limits.
    case outOfRange(at: Place, text: String, least: String, most: String)
    /// The word is not one of those the key can have.
    case notOneOf(at: Place, text: String, choices: [String])
    /// The version of the format is not one this program reads.
    case unsupportedVersion(at: Place, text: String)
    /// The text is empty, too long, or has control characters.
    case badText(at: Place, text: String)
    /// The path is not absolute, or not in its shortest form.
    case badPath(at: Place, text: String, fault: PathFault)
    /// The digest is not so many hexadecimal digits.
    case badDigest(at: Place, text: String, digitCounts: [Int])
    /// The pattern cannot be understood, or would ignore everything.
    case badPattern(at: Place, text: String)
    /// The list needs an entry.
    case emptyList(at: Place)
    /// The entry is in the list already.
    case repeated(at: Place, text: String)
    /// The path is not beneath any watched folder, so it would have no effect.
    case outsideWatch(at: Place, text: String)
    /// The text is neither an address nor a network in its shortest form.
    case badAddress(at: Place, text: String)
    /// The text is not a day such as `2027-03-31`.
    case badDate(at: Place, text: String)
    /// The text is not a key that files can be sealed to.
    case badKey(at: Place, text: String)
    /// No person and no group has the name.
    case unknownName(at: Place, text: String)
    /// The group would contain itself.
    case cycle(at: Place, text: String)
}

/// The type of a value in a policy file.
public enum ValueType: String, Sendable, Equatable {
    case nothing, boolean, integer, number, text, list, mapping
}

extension PolicyError {
    /// Where the fault is; nil where it is in the whole file.
    public var place: Place? {
        switch self {
        case .tooLong, .notUTF8, .empty: nil
        case .syntax(let place, _), .severalDocuments(let place), .indirection(let place),
            .unknownKey(let place, _, _), .missingKey(let place, _), .duplicateKey(let place, _),
            .conflictingKeys(let place, _, _), .wrongType(let place, _, _),
            .wrongUnit(let place, _, _), .outOfRange(let place, _, _, _),
            .notOneOf(let place, _, _), .unsupportedVersion(let place, _),
            .badText(let place, _), .badPath(let place, _, _), .badDigest(let place, _, _),
            .badPattern(let place, _), .emptyList(let place), .repeated(let place, _),
            .outsideWatch(let place, _), .badAddress(let place, _), .badDate(let place, _),
            .badKey(let place, _),
            .unknownName(let place, _), .cycle(let place, _):
            place
        }
    }
}
