/// What the head of a file says about its format.
///
/// A signature counts from four bytes on, or with fields that have to be plausible, so that random
/// bytes are hardly ever taken for a format (facts/entropy.md §3: 2 in 60,000).
struct Recognition: Equatable, Sendable {
    var kind: Kind
    var structure: Structure

    static let none = Recognition(kind: .none, structure: .none)

    static func recognised(_ kind: Kind) -> Recognition {
        Recognition(kind: kind, structure: .recognised)
    }

    static func broken(_ kind: Kind) -> Recognition {
        Recognition(kind: kind, structure: .broken)
    }

    static func encrypted(_ kind: Kind) -> Recognition {
        Recognition(kind: kind, structure: .encryptedContainer)
    }

    static func checked(_ kind: Kind, _ isPlausible: Bool) -> Recognition {
        isPlausible ? recognised(kind) : broken(kind)
    }
}

func recognise(head: Span<UInt8>, fileByteCount: UInt64) -> Recognition {
    if let found = recogniseEncrypted(head) { return found }
    if let found = recogniseArchive(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseCompressed(head) { return found }
    if let found = recognisePicture(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseFilm(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseDocument(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseProgram(head) { return found }
    if let found = recogniseScience(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseResource(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseDER(head, fileByteCount: fileByteCount) { return found }
    return recogniseZlib(head) ?? recogniseSizedZlib(head) ?? .none
}
