public import Contents
internal import Linux

/// Asks for the opinion on a file whose descriptor comes along.
struct InspectionRequest: Equatable {
    static let byteCount = 24
    /// Comes back with the answer.
    var number: UInt64
    /// Size of the file.
    var fileByteCount: UInt64
    /// Draws the sample of a large file.
    var salt: UInt64

    /// Three numbers of eight bytes.
    var bytes: [UInt8] {
        var bytes = [UInt8]()
        for value in [number, fileByteCount, salt] { bytes.append(littleEndian: value) }
        return bytes
    }

    init(number: UInt64, fileByteCount: UInt64, salt: UInt64) {
        (self.number, self.fileByteCount, self.salt) = (number, fileByteCount, salt)
    }

    init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        number = bytes.littleEndian64(at: 0)
        fileByteCount = bytes.littleEndian64(at: 8)
        salt = bytes.littleEndian64(at: 16)
    }
}

/// What the inspector thinks of a file.
///
/// It comes from a process that may have been taken over, so only what fits the form is read.
public struct Inspection: Sendable, Equatable {
    static let byteCount = 56
    /// The class.
    public var judgementClass: JudgementClass
    /// The recognised format.
    public var kind: Kind
    /// What its structure says.
    public var structure: StructureFinding
    /// Shannon entropy, 0...8.
    public var entropyBitsPerByte: Double
    /// Chi-square of the bytes.
    public var byteChiSquare: Double
    /// Chi-square of the bytes that lie across two neighbours.
    public var nibbleChiSquare: Double
    /// Blocks that are uniform.
    public var uniformBlockCount: UInt32
    /// Blocks that were judged.
    public var blockCount: UInt32
    /// The same for texts that are the same and read like ransom notes; 0 for all others.
    public var noteNumber: UInt64

    init(_ judgement: FullJudgement, noteNumber: UInt64 = 0) {
        self.noteNumber = noteNumber
        judgementClass = judgement.judgementClass
        (kind, structure) = (judgement.kind, judgement.structure)
        entropyBitsPerByte = judgement.entropyBitsPerByte
        (byteChiSquare, nibbleChiSquare) = (judgement.byteChiSquare, judgement.nibbleChiSquare)
        uniformBlockCount = UInt32(clamping: judgement.uniformBlockCount)
        blockCount = UInt32(clamping: judgement.blockCount)
    }

    /// The answer to the request of that number.
    func bytes(answering number: UInt64) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.append(littleEndian: number)
        bytes += [judgementClass.rawValue, kind.rawValue, structure.rawValue, 0, 0, 0, 0, 0]
        for value in [entropyBitsPerByte, byteChiSquare, nibbleChiSquare] {
            bytes.append(littleEndian: value.bitPattern)
        }
        bytes.append(littleEndian: UInt64(blockCount) << 32 | UInt64(uniformBlockCount))
        bytes.append(littleEndian: noteNumber)
        return bytes
    }

    /// Nil where the bytes are no answer to that request.
    init?(_ bytes: Span<UInt8>, answering number: UInt64) {
        guard bytes.count == Self.byteCount, bytes.littleEndian64(at: 0) == number,
            let judgementClass = JudgementClass(rawValue: bytes[8]),
            let kind = Kind(rawValue: bytes[9]),
            let structure = StructureFinding(rawValue: bytes[10]),
            (11..<16).allSatisfy({ bytes[$0] == 0 })
        else { return nil }
        (self.judgementClass, self.kind, self.structure) = (judgementClass, kind, structure)
        entropyBitsPerByte = Double(bitPattern: bytes.littleEndian64(at: 16))
        byteChiSquare = Double(bitPattern: bytes.littleEndian64(at: 24))
        nibbleChiSquare = Double(bitPattern: bytes.littleEndian64(at: 32))
        uniformBlockCount = bytes.littleEndian32(at: 40)
        blockCount = bytes.littleEndian32(at: 44)
        noteNumber = bytes.littleEndian64(at: 48)
        guard (0...8).contains(entropyBitsPerByte), byteChiSquare >= 0, nibbleChiSquare >= 0,
            uniformBlockCount <= blockCount
        else { return nil }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
