internal import Sodium

/// What the caller knows of a file's form.
public enum FileForm: Sendable {
    /// Look at the first bytes.
    case detected
    /// The header comes first.
    case binary
    /// The begin line comes first, and anything else is an armor failure.
    case armored
}

/// Files small enough to be held in memory.
public enum WholeFile {
    /// Seals `plaintext`; `extra` stanzas ride along in front of the recipients'.
    public static func seal(
        _ plaintext: Span<UInt8>, to recipients: [any Recipient], extra: [Stanza] = []
    ) throws(AgeError) -> [UInt8] {
        let fileKey: FileKey
        do { fileKey = try FileKey() } catch { throw .wrap(.sodium(error)) }
        let stanzas: [Stanza]
        do { stanzas = try Recipients.wrap(fileKey, to: recipients) } catch { throw .wrap(error) }
        if !extra.isEmpty, stanzas.contains(where: { $0.type == scryptType }) {
            throw .wrap(.scryptMustBeAlone)
        }
        var file: [UInt8]
        do { file = try Header(stanzas: extra + stanzas, fileKey: fileKey).encoded() } catch {
            throw .header(error)
        }
        do throws(PayloadError) {
            var writer = try PayloadWriter(fileKey: fileKey)
            try writer.feed(plaintext, into: &file)
            try writer.finish(into: &file)
        } catch { throw .payload(error) }
        return file
    }

    /// Opens `file`, armored or not, and appends to `output` what is authentic.
    public static func open(
        _ file: Span<UInt8>, with identities: [any Identity], limits: Limits = .standard,
        form: FileForm = .detected, into output: inout [UInt8]
    ) throws(AgeError) {
        let isArmored = form == .armored || (form == .detected && Armor.isArmored(file))
        guard isArmored else {
            return try openBinary(file, with: identities, limits: limits, into: &output)
        }
        let binary: [UInt8]
        do { binary = try Armor.decode(file) } catch { throw .armor(error) }
        try openBinary(binary.span, with: identities, limits: limits, into: &output)
    }

    private static func openBinary(
        _ file: Span<UInt8>, with identities: [any Identity], limits: Limits,
        into output: inout [UInt8]
    ) throws(AgeError) {
        let header: Header
        let start: Int
        do { (header, start) = try Header.parse(file, limits: limits) } catch {
            throw .header(error)
        }
        let fileKey: FileKey
        do { fileKey = try header.unwrap(identities, limits: limits) } catch {
            throw .unwrap(error)
        }
        do throws(PayloadError) {
            var reader = try PayloadReader(fileKey: fileKey)
            try reader.feed(file.extracting(start..<file.count), into: &output)
            try reader.finish(into: &output)
        } catch { throw .payload(error) }
    }
}
