/// How often data about people was found; never the data itself.
public struct SensitiveFindings: Sendable, Equatable {
    /// A kind of data that a file holds about somebody.
    public enum Kind: String, Sendable, CaseIterable {
        /// A 12-digit individual number of Japan with the right check digit.
        case myNumber = "my-number"
        /// A card number of a known issuer with the right check digit.
        case paymentCard = "payment-card"
        /// A PID segment of an HL7 version 2 message.
        case hl7Patient = "hl7-patient"
        /// A filled patient field of a DICOM object.
        case dicomPatient = "dicom-patient"
    }

    /// How often each kind was found; kinds that were not found are missing.
    public private(set) var counts = [Kind: Int]()

    /// Nothing found.
    public init() {}

    /// Whether nothing was found.
    public var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ count: Int, _ kind: Kind) {
        if count > 0 { counts[kind, default: 0] += count }
    }

    /// Adds what was found elsewhere.
    public mutating func add(_ other: SensitiveFindings) {
        for (kind, count) in other.counts { add(count, kind) }
    }
}

/// Looks for data about people in one file that comes in pieces; what is compressed stays unseen.
public struct SensitiveScanner: Sendable {
    private var numbers = NumberScanner()
    private var segments = SegmentScanner()
    private var head = [UInt8]()

    /// Where the patient's fields of a DICOM object are: behind group 0008, which is short.
    private static let headByteCount = 1 << 18

    /// Starts at the beginning of a file.
    public init() {}

    /// Takes the next bytes.
    public mutating func feed(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            numbers.feed(bytes[index])
            segments.feed(bytes[index])
        }
        let count = min(bytes.count, Self.headByteCount - head.count)
        for index in 0..<count { head.append(bytes[index]) }
    }

    /// What was found from the beginning to the end.
    public mutating func finish() -> SensitiveFindings {
        numbers.finish()
        var found = SensitiveFindings()
        found.add(numbers.myNumbers, .myNumber)
        found.add(numbers.cards, .paymentCard)
        found.add(segments.patients, .hl7Patient)
        found.add(DICOMPatient.fieldCount(in: head.span), .dicomPatient)
        return found
    }
}

/// Counts PID segments that stand in messages of HL7 version 2.
///
/// Source: HL7 v2.5.1 chapter 2: segments end with CR, the first is MSH, fields are split by |.
struct SegmentScanner: Sendable {
    private(set) var patients = 0
    private var hasHeader = false
    private var line: UInt32 = 0
    private var column = 0

    private static let header: UInt32 = 0x4d53_487c  // MSH|
    private static let patient: UInt32 = 0x5049_447c  // PID|

    mutating func feed(_ byte: UInt8) {
        // LF comes in files that were edited; VT frames a message (MLLP).
        if byte == 0x0d || byte == 0x0a || byte == 0x0b {
            column = 0
            return
        }
        column += 1
        if column > 4 { return }
        line = line << 8 | UInt32(byte)
        guard column == 4 else { return }
        if line == Self.header { hasHeader = true }
        if line == Self.patient, hasHeader { patients += 1 }
    }
}

/// The patient fields of a DICOM object.
enum DICOMPatient {
    // Source: DICOM PS3.6: PatientName, PatientID, PatientBirthDate, OtherPatientIDs,
    // PatientAddress, PatientTelephoneNumbers; the value representations are from there as well.
    private static let fields: [(element: UInt16, representation: String)] = [
        (0x0010, "PN"), (0x0020, "LO"), (0x0030, "DA"), (0x1000, "LO"), (0x1040, "LO"),
        (0x2154, "SH"),
    ]

    /// How many of them have a value; 0 for what is not DICOM.
    static func fieldCount(in head: Span<UInt8>) -> Int {
        let mark = Array("DICM".utf8)
        // Source: DICOM PS3.10 §7.1: 128 bytes of preamble, then the prefix.
        guard head.count > 132, mark.indices.allSatisfy({ head[128 + $0] == mark[$0] }) else {
            return 0
        }
        return fields.count { hasValue($0.element, Array($0.representation.utf8), head) }
    }

    private static func hasValue(
        _ element: UInt16, _ representation: [UInt8], _ head: Span<UInt8>
    ) -> Bool {
        let low = UInt8(element & 0xff)
        let high = UInt8(element >> 8)
        var place = 132
        while place + 9 < head.count {
            defer { place += 1 }
            guard head[place] == 0x10, head[place + 1] == 0, head[place + 2] == low,
                head[place + 3] == high
            else { continue }
            let isExplicit =
                head[place + 4] == representation[0] && head[place + 5] == representation[1]
            let count =
                isExplicit
                ? Int(head[place + 6]) | Int(head[place + 7]) << 8
                : Int(head[place + 4]) | Int(head[place + 5]) << 8
            // Without a written representation the length has four bytes, and names are short.
            guard isExplicit || (head[place + 6] == 0 && head[place + 7] == 0 && count <= 324)
            else { continue }
            let value = head.extracting((place + 8)..<min(place + 8 + count, head.count))
            if value.indices.contains(where: { value[$0] > 0x20 }) { return true }
        }
        return false
    }
}
