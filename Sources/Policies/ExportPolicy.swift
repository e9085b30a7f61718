/// What `kanaria protect --policy` demands of an export.
public struct ExportPolicy: Sendable, Equatable {
    /// What to do about an export in which patients' or card data is found.
    public enum SensitiveAction: String, Sendable, CaseIterable {
        /// Say it and go on.
        case warn
        /// Seal nothing.
        case refuse
        /// Go on and only keep a record.
        case record
    }

    /// The name for people.
    public let name: String
    /// Who is sealed to when nobody is named.
    public let recipients: [String]
    /// Who is always sealed to as well; each must be marked as escrow.
    public let escrow: [String]
    /// The media types an export may have, with `*` behind the slash for all; nil for any.
    public let contentTypes: [String]?
    /// What to do about sensitive data; nil for not looking.
    public let sensitive: SensitiveAction?
    /// How long the files may be opened, where the caller does not say.
    public let validity: Duration?
    /// What the export is for, where the caller does not say.
    public let purpose: String?
    /// How secret it is, where the caller does not say.
    public let classification: String?
    /// Whether the source may be removed after sealing.
    public let allowsRemovingSource: Bool
    /// Whether nothing is sealed when no record can be written.
    public let requiresRecord: Bool
    /// Whether nothing is sealed that nobody signs.
    public let requiresSignature: Bool
}

extension ExportPolicy {
    private static let keys = [
        "version", "name", "recipients", "escrow", "content-types", "sensitive", "validity",
        "purpose", "classification", "remove-source", "require-record", "require-signature",
    ]

    /// The policy in the bytes of a file.
    ///
    /// - Parameter bytes: the whole file.
    /// - Returns: the policy.
    /// - Throws: `PolicyError` with the place of the first fault.
    public static func parse(bytes: [UInt8]) throws(PolicyError) -> ExportPolicy {
        try ExportPolicy(Document.root(bytes: bytes).fields(keys))
    }

    private init(_ fields: Fields) throws(PolicyError) {
        try fields.checkVersion()
        name = try fields.required("name").line()
        recipients = try fields.list("recipients") { (entry) throws(PolicyError) in
            try entry.recipientName()
        }
        escrow = try fields.list("escrow") { (entry) throws(PolicyError) in
            try entry.recipientName()
        }
        contentTypes = try Self.contentTypes(fields)
        sensitive = try fields["sensitive"]?.choice(SensitiveAction.self)
        validity = try fields["validity"]?.duration(Limits.validity)
        purpose = try fields["purpose"]?.line()
        classification = try fields["classification"]?.line()
        allowsRemovingSource = try fields["remove-source"]?.boolean() ?? false
        requiresRecord = try fields["require-record"]?.boolean() ?? false
        requiresSignature = try fields["require-signature"]?.boolean() ?? false
    }

    private static func contentTypes(_ fields: Fields) throws(PolicyError) -> [String]? {
        guard let list = fields["content-types"] else { return nil }
        let types = try fields.list("content-types") { (entry) throws(PolicyError) in
            let text = try entry.line()
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let isClean = text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0)
                    || "/+-.*".utf8.contains($0)
            }
            // A star stands for everything behind the slash, and nowhere else.
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isClean,
                !parts[0].contains("*"), parts[1] == "*" || !parts[1].contains("*")
            else { throw .badText(at: entry.place, text: text) }
            return text
        }
        if types.isEmpty { throw .emptyList(at: list.place) }
        return types
    }

    /// Whether it says something that only a signed file can carry.
    public var hasTerms: Bool { validity != nil || purpose != nil || classification != nil }

    /// Whether an export of a media type may be sealed under this policy.
    public func allows(contentType: String) -> Bool {
        guard let contentTypes else { return true }
        return contentTypes.contains { allowed in
            allowed == contentType
                || allowed.hasSuffix("/*") && contentType.hasPrefix(allowed.dropLast())
        }
    }
}
