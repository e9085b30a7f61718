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

    /// Words may begin with a signature as well, so that nothing is broken by fields alone.
    static func plausible(_ kind: Kind, _ holds: Bool) -> Recognition? {
        holds ? recognised(kind) : nil
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
    if let found = recogniseRarer(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseDER(head, fileByteCount: fileByteCount) { return found }
    return recogniseZlib(head) ?? recogniseSizedZlib(head) ?? .none
}

/// Formats that a file server holds few of.
private func recogniseRarer(_ head: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if let found = recognisePackage(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseDisk(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseBook(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseStore(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseRecording(head, fileByteCount: fileByteCount) { return found }
    if let found = recogniseMeasurement(head, fileByteCount: fileByteCount) { return found }
    return recogniseForeignProgram(head)
}
