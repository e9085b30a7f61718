internal import Age
public import Linux
internal import Policies
internal import Sodium

/// The administrator's signature over one file of the recipients directory.
///
/// It lies beside the file as `NAME.yaml.sig`: a line with the signer's `kanaria-issuer1…` and
/// a line with `kanaria-list1…`. The file's name is signed with it, so that a list can't be put
/// in another's place.
public enum ListSignature {
    private static let prefix = "kanaria-list"
    private static let domain = Array("kanaria.dev/recipients/v1\0".utf8)

    /// Where the signature of a file lies.
    static func path(of file: BytePath) -> BytePath {
        BytePath(file.bytes + Array(".sig".utf8))
    }

    /// Checks that a file is well-formed and writes its signature beside it.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - key: the administrator's.
    /// - Throws: `RecipientsDirectoryError`; an earlier signature is left alone then.
    public static func sign(
        _ path: BytePath, with key: SigningKey
    ) throws(RecipientsDirectoryError) {
        let bytes = try RecipientsDirectory.contents(path)
        do throws(PolicyError) {
            _ = try RecipientsFile.parse(bytes: bytes, isKey: RecipientsDirectory.isKey)
        } catch {
            throw .policy(path, error)
        }
        let text: String
        do throws(SodiumError) {
            let signature = try key.sign(message(bytes, path))
            text =
                key.issuer.text + "\n" + Bech32.encode(prefix: prefix, signature.span) + "\n"
        } catch {
            throw .malformedSignature(path)
        }
        let output = Self.path(of: path)
        do throws(Errno) {
            let file = try AtomicFile(in: output.parent, permissions: 0o644)
            let bytes = Array(text.utf8)
            try file.file.writeAll(bytes.span)
            let name = output.lastComponent
            try file.commit(as: name, replacing: true)
        } catch {
            throw .write(output, error)
        }
    }

    /// Checks that the administrator signed these bytes under this name.
    static func check(
        _ bytes: [UInt8], _ path: BytePath, _ administrator: IssuerKey
    ) throws(RecipientsDirectoryError) {
        let (signer, signature) = try read(path)
        guard signer == administrator else { throw .otherSigner(path, signer) }
        let message = message(bytes, path)
        do throws(SodiumError) {
            try Ed25519.verify(
                signature: signature.span, message: message.span, publicKey: signer.bytes.span)
        } catch {
            throw .wrongSignature(path)
        }
    }

    private static func read(
        _ path: BytePath
    ) throws(RecipientsDirectoryError) -> (IssuerKey, [UInt8]) {
        let text: [UInt8]
        do throws(RecipientsDirectoryError) {
            text = try RecipientsDirectory.contents(Self.path(of: path))
        } catch .read(_, .noSuchFile) {
            throw .unsigned(path)
        }
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count == 2, let signer = try? IssuerKey(String(lines[0])),
            let found = Bech32.decode(String(lines[1])), found.prefix == prefix,
            found.bytes.count == Ed25519.signatureSize
        else { throw .malformedSignature(path) }
        return (signer, found.bytes)
    }

    private static func message(_ bytes: [UInt8], _ path: BytePath) -> [UInt8] {
        let name = path.lastComponent.bytes
        // The name ends where a NUL is, which no name has.
        return domain + name + [0] + bytes
    }
}
