import Age
import Foundation
import Linux
import Messages
import Sealing
import Sodium
import Testing

@testable import Commands

/// The words for every reason why a command of the seal fails.
@Suite("A failure")
struct FailureWordsTests {
    private static let file: BytePath = "カルテ.pdf"
    private static let full = Errno.noSpace

    private static let headers: [HeaderError] = [
        .truncated, .wrongVersion, .malformedStanza(index: 1), .malformedBody(stanza: 1),
        .malformedMAC, .tooManyStanzas, .headerTooLarge, .bodyTooLarge(stanza: 1), .noStanzas,
        .invalidArgument, .sodium(.allocationFailed),
    ]
    private static let unwraps: [UnwrapError] = [
        .noMatch, .headerMACMismatch, .scryptNotAlone, .malformedStanza(type: "X25519"),
        .wrongBodyLength(type: "X25519"), .workFactorTooHigh(logN: 40), .lowOrderShare,
        .postQuantumNotBuilt, .refused(code: "x"), .sodium(.allocationFailed),
    ]
    private static let payloads: [PayloadError] = [
        .authenticationFailed(chunk: 2), .truncated, .emptyLastChunk, .trailingData, .missingNonce,
        .wrongBufferLength,
    ]
    private static let armors: [ArmorError] = [
        .missingBegin, .missingEnd, .wrongLineLength(line: 3), .malformedLine(line: 3),
        .trailingData,
    ]
    private static let signatures: [SignatureError] = [
        .missing, .incomplete, .unknownVersion, .malformedPolicy(line: 2), .unknownField("x"),
        .badSignature, .otherFileKey, .otherPayload, .untrustedIssuer("x"), .notYetValid(0),
        .expired(0), .unavailable,
    ]
    private static let folders: [FolderError] = [
        .read(file, full), .write(file, full), .changed(file), .unsupportedKind(file),
        .unsafeName(file), .unsafeLink(file), .collision(file), .malformedArchive(at: 5),
        .truncatedArchive,
    ]
    private static let wraps: [WrapError] = [
        .scryptMustBeAlone, .noRecipients, .postQuantumMixed, .postQuantumNotBuilt,
        .invalidRecipient, .header(.tooManyStanzas), .sodium(.allocationFailed),
        .refused(code: "x"),
    ]
    private static let passphrases: [PassphraseError] = [
        .noTerminal(full), .read(full), .empty, .tooLong, .different, .sodium,
    ]
    private static let keys: [KeyError] = [
        .malformed, .unsupportedKeyType, .isPublic, .isSecret, .wrongLength,
        .passphraseProtectedKeyUnsupported,
        .wrongPassphrase, .lowOrderPoint, .postQuantumNotBuilt, .sodium(.allocationFailed),
    ]

    private static let protect: [ProtectError] =
        [
            .source(file, full), .sourceIsLink(file), .sourceNotRegular(file),
            .sourceChanged(file), .outputExists(file), .output(file, full), .outputIsTerminal,
            .signature(.unavailable), .spool(file, full), .header(.tooManyStanzas),
            .payload(.wrongBufferLength), .sodium(.allocationFailed),
            .readBack(file, .outputIsTerminal), .notRemovable(file), .sourceKept(file),
            .entriesKept(file, [file, file, file, file]), .removeSource(file, full),
            .policy(.invalidText(field: "purpose")), .policy(.invalidTime(field: "not-after")),
            .policy(.endsBeforeBeginning), .policy(.tooLong),
        ] + wraps.map { .wrap($0) } + folders.map { .folder(file, $0) }

    private static let unlock: [UnlockError] =
        [
            .source(file, full), .sourceNotRegular(file), .outputExists(file), .outputIsTerminal,
            .output(file, full), .sodium(.allocationFailed),
        ] + headers.map { .header(file, $0) } + unwraps.map { .unwrap(file, $0) }
        + payloads.map { .payload(file, $0) } + armors.map { .armor(file, $0) }
        + signatures.map { .policy(file, $0) } + folders.map { .folder(file, $0) }

    private static let rekey: [RekeyError] = [
        .open(.sourceNotRegular(file)), .wrap(.noRecipients), .anonymous, .notThere("x"),
        .nobodyLeft, .signature(.unavailable), .changed(file), .output(file, full),
    ]

    private static let keyFiles: [KeyFileError] =
        [
            .read(file, full), .tooLong(file), .writableByOthers(file), .empty(file),
            .locked(file), .sealed(file, .header(.truncated)), .sealed(file, .wrap(.noRecipients)),
        ] + keys.map { .line(file, 3, $0) } + passphrases.map { .passphrase(file, $0) }

    private static let lists: [RecipientsDirectoryError] = [
        .read(file, full), .write(file, full), .tooLong(file), .administratorKey(file),
        .unsigned(file), .malformedSignature(file), .wrongSignature(file),
    ]

    private static let all: [Failure] =
        protect.map { Failure($0) } + unlock.map { Failure($0) }
        + unlock.map { Failure.streaming($0, hasBegun: true) } + rekey.map { Failure($0) }
        + keyFiles.map { Failure($0) } + lists.map { Failure($0) }
        + passphrases.map { Failure($0) }

    /// The codes that docs/seal.md lists.
    private func documented() throws -> Set<Int32> {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        let page = try String(contentsOfFile: root + "/docs/seal.md", encoding: .utf8)
        let table = page.components(separatedBy: "## Exit codes").last ?? ""
        return Set(table.matches(of: #/(?m)^\| (\d+) \|/#).compactMap { Int32($0.1) })
    }

    private func isJapanese(_ text: String) -> Bool {
        text.replacing(Self.file.description, with: "")
            .contains(#/[\u{3040}-\u{30FF}\u{3400}-\u{9FFF}]/#)
    }

    @Test("is told in both languages, with a code that is documented")
    func words() throws {
        let codes = try documented()
        #expect(codes.count > 10)
        for failure in Self.all {
            #expect(codes.contains(failure.code), "\(failure)")
            for message in [failure.problem, failure.hint].compactMap({ $0 }) {
                #expect(!isJapanese(message.en) && isJapanese(message.ja), "\(message)")
                // The file is named in both or in neither.
                let name = Self.file.description
                #expect(message.en.contains(name) == message.ja.contains(name), "\(message)")
            }
        }
    }
}
