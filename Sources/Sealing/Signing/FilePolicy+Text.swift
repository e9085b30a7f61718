internal import Age
internal import Linux

/// The one form of a policy: lines `key: value` in a fixed order; docs/format.md has the table.
extension FilePolicy {
    /// The policy as it stands in the stanza.
    public func encoded() -> [UInt8] {
        var lines = [
            "file-id: " + fileIDText, "issuer: " + issuer.text, "created: " + Self.time(created),
        ]
        let optional = [
            ("issuer-name", terms.issuerName), ("not-before", terms.notBefore.map(Self.time)),
            ("not-after", terms.notAfter.map(Self.time)), ("purpose", terms.purpose),
            ("classification", terms.classification), ("contact", terms.contact),
        ]
        for (key, value) in optional { if let value { lines.append("\(key): \(value)") } }
        lines += terms.rules.map { "rule: " + $0 }
        lines += recipients.map { "recipient: " + $0 }
        lines += extensions
        return lines.flatMap { Array($0.utf8) + [10] }
    }

    /// Reads the one form and refuses every other.
    public init(_ bytes: [UInt8]) throws(SignatureError) {
        var lines = try PolicyLines(bytes)
        guard let identifier = Hexadecimal.bytes(try lines.require("file-id")),
            identifier.count == Constants.fileID
        else { throw lines.malformed }
        fileID = identifier
        let issuerText = try lines.require("issuer")
        do throws(KeyError) {
            issuer = try IssuerKey(issuerText)
        } catch {
            throw lines.malformed
        }
        created = try lines.time(try lines.require("created"))
        terms = PolicyTerms()
        terms.issuerName = lines.take("issuer-name")
        terms.notBefore = try lines.takeTime("not-before")
        terms.notAfter = try lines.takeTime("not-after")
        terms.purpose = lines.take("purpose")
        terms.classification = lines.take("classification")
        terms.contact = lines.take("contact")
        terms.rules = lines.takeAll("rule")
        recipients = try lines.takeRecipients()
        extensions = try lines.takeExtensions()
    }

    private static func time(_ seconds: Int64) -> String {
        UTCTime(secondsSince1970: seconds).text
    }

    /// Whether a reader would take it as it stands.
    func check() throws(PolicyTermsError) {
        let texts = [
            ("issuer-name", terms.issuerName), ("purpose", terms.purpose),
            ("classification", terms.classification), ("contact", terms.contact),
        ]
        for (field, text) in texts + terms.rules.map({ ("rule", $0) }) {
            if let text, !PolicyLines.isText(text) { throw .invalidText(field: field) }
        }
        for (field, time) in [("not-before", terms.notBefore), ("not-after", terms.notAfter)] {
            if let time, UTCTime(Self.time(time)) == nil { throw .invalidTime(field: field) }
        }
        if let end = terms.notAfter, end <= terms.notBefore ?? created {
            throw .endsBeforeBeginning
        }
        if encoded().count > Constants.policyBytes { throw .tooLong }
    }
}

/// The lines of a policy, taken in order.
private struct PolicyLines {
    private static let known: Set = [
        "file-id", "issuer", "created", "issuer-name", "not-before", "not-after", "purpose",
        "classification", "contact", "rule", "recipient",
    ]

    private var lines = [(key: String, value: String)]()
    private var next = 0

    init(_ bytes: [UInt8]) throws(SignatureError) {
        guard bytes.count <= Constants.policyBytes else { throw .malformedPolicy(line: 0) }
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            // Behind the last line feed there is nothing.
            if line.isEmpty, line.endIndex == bytes.endIndex, !lines.isEmpty { return }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[colon...].starts(with: Array(": ".utf8)),
                let key = String(validating: line[..<colon], as: UTF8.self), Self.isKey(key),
                let value = String(validating: line[(colon + 2)...], as: UTF8.self),
                Self.isText(value)
            else { throw .malformedPolicy(line: lines.count + 1) }
            lines.append((key, value))
        }
        throw .malformedPolicy(line: lines.count)
    }

    private static func isKey(_ key: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return (1...Constants.policyKeyBytes).contains(key.utf8.count)
            && key.utf8.allSatisfy { letters.contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Text that shows as it is: nothing that moves, hides or turns what stands around it.
    static func isText(_ text: String) -> Bool {
        guard (1...Constants.policyValueBytes).contains(text.utf8.count),
            text.utf8.first != 0x20, text.utf8.last != 0x20
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f,
                0xfeff, 0xfff9...0xfffb, 0xe0000...0xe0fff:
                false
            default: true
            }
        }
    }

    /// The error for the line that was taken last.
    var malformed: SignatureError { .malformedPolicy(line: next) }

    mutating func take(_ key: String) -> String? {
        guard next < lines.count, lines[next].key == key else { return nil }
        next += 1
        return lines[next - 1].value
    }

    mutating func takeAll(_ key: String) -> [String] {
        var values = [String]()
        while let value = take(key) { values.append(value) }
        return values
    }

    mutating func require(_ key: String) throws(SignatureError) -> String {
        guard let value = take(key) else { throw unexpected }
        return value
    }

    /// What is wrong with the next line, which nobody took.
    private var unexpected: SignatureError {
        if next < lines.count, !Self.known.contains(lines[next].key) {
            return .unknownField(lines[next].key)
        }
        return .malformedPolicy(line: next + 1)
    }

    func time(_ text: String) throws(SignatureError) -> Int64 {
        guard let time = UTCTime(text) else { throw malformed }
        return time.secondsSince1970
    }

    mutating func takeTime(_ key: String) throws(SignatureError) -> Int64? {
        guard let text = take(key) else { return nil }
        return try time(text)
    }

    mutating func takeRecipients() throws(SignatureError) -> [String] {
        var found = [String]()
        while let value = take("recipient") {
            let isAscending = found.last.map { $0 < value } ?? true
            guard Hexadecimal.bytes(value)?.count == Constants.fingerprint, isAscending else {
                throw malformed
            }
            found.append(value)
        }
        return found
    }

    mutating func takeExtensions() throws(SignatureError) -> [String] {
        var found = [String]()
        while next < lines.count, lines[next].key.hasPrefix("x-") {
            found.append("\(lines[next].key): \(lines[next].value)")
            next += 1
        }
        if next < lines.count { throw unexpected }
        return found
    }
}
