/// Small DICOM files, explicit little endian.
///
/// Source: DICOM PS3.10 §7 and PS3.5 §7.1.2.
enum MedicalImage {
    /// Secondary Capture Image Storage.
    ///
    /// Source: DICOM PS3.4 table B.5-1.
    private static let storageClass = "1.2.840.10008.5.1.4.1.1.7"
    /// Explicit VR Little Endian.
    ///
    /// Source: DICOM PS3.5 §A.2.
    private static let transferSyntax = "1.2.840.10008.1.2.1"

    /// A gray picture of an invented patient.
    static func make(
        _ budget: Int, _ day: CalendarDay, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let instance = identifier(using: &random)
        var bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        let group = fileGroup(instance, using: &random)
        bytes.append(contentsOf: element(0x0002, 0x0000, "UL", Array(little: UInt32(group.count))))
        bytes.append(contentsOf: group)
        bytes.append(contentsOf: patient(instance, day, using: &random))
        // Ten short elements of the picture and the header of its pixels.
        let room = max(64, budget - bytes.count - 120)
        let columns = Bitmap.squareRoot(room) & ~1
        let rows = max(1, room / columns)
        bytes.append(contentsOf: picture(rows, columns))
        let pixels = Shading.lines(width: columns, height: rows, filter: [], using: &random)
        bytes.append(contentsOf: element(0x7fe0, 0x0010, "OB", pixels))
        return bytes
    }

    private static func fileGroup(
        _ instance: String, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        element(0x0002, 0x0001, "OB", [0, 1]) + text(0x0002, 0x0002, "UI", storageClass)
            + text(0x0002, 0x0003, "UI", instance) + text(0x0002, 0x0010, "UI", transferSyntax)
            + text(0x0002, 0x0012, "UI", identifier(using: &random))
    }

    private static func patient(
        _ instance: String, _ day: CalendarDay, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let family = Prose.pick(Words.families, using: &random)
        let given = Prose.pick(Words.givens, using: &random)
        let number = Int.random(in: 100_000...999_999, using: &random)
        let birth =
            "\(Int.random(in: 1935...2005, using: &random))0\(Int.random(in: 1...9, using: &random))11"
        let name = "\(family.latin)^\(given.latin)=\(family.japanese)^\(given.japanese)"
        var bytes = text(0x0008, 0x0005, "CS", "ISO_IR 192")
        bytes += text(0x0008, 0x0016, "UI", storageClass) + text(0x0008, 0x0018, "UI", instance)
        bytes += text(0x0008, 0x0020, "DA", day.compact) + text(0x0008, 0x0030, "TM", day.time)
        bytes += text(0x0008, 0x0050, "SH", "\(number % 9000)") + text(0x0008, 0x0060, "CS", "OT")
        bytes += text(0x0008, 0x0064, "CS", "WSD") + text(0x0008, 0x0090, "PN", "")
        bytes += text(0x0010, 0x0010, "PN", name) + text(0x0010, 0x0020, "LO", "\(number)")
        bytes += text(0x0010, 0x0030, "DA", birth) + text(0x0010, 0x0040, "CS", "O")
        bytes += text(0x0020, 0x000d, "UI", identifier(using: &random))
        bytes += text(0x0020, 0x000e, "UI", identifier(using: &random))
        return bytes + text(0x0020, 0x0010, "SH", "\(number)") + text(0x0020, 0x0011, "IS", "1")
            + text(0x0020, 0x0013, "IS", "1")
    }

    private static func picture(_ rows: Int, _ columns: Int) -> [UInt8] {
        let words: [(UInt16, Int)] = [
            (0x0010, rows), (0x0011, columns), (0x0100, 8), (0x0101, 8), (0x0102, 7), (0x0103, 0),
        ]
        var bytes = element(0x0028, 0x0002, "US", Array(little: UInt16(1)))
        bytes += text(0x0028, 0x0004, "CS", "MONOCHROME2")
        for (number, value) in words {
            bytes += element(0x0028, number, "US", Array(little: UInt16(clamping: value)))
        }
        return bytes
    }

    /// A unique identifier under the root for random numbers.
    ///
    /// Source: DICOM PS3.5 §B.2.
    private static func identifier(using random: inout some RandomNumberGenerator) -> String {
        "2.25." + "\(UInt64.random(in: 1...UInt64.max, using: &random))"
            + "\(UInt32.random(in: 0...UInt32.max, using: &random))"
    }

    private static func text(
        _ group: UInt16, _ number: UInt16, _ representation: String, _ value: String
    ) -> [UInt8] {
        var bytes = Array(value.utf8)
        if bytes.count % 2 == 1 { bytes.append(representation == "UI" ? 0 : 0x20) }
        return element(group, number, representation, bytes)
    }

    private static func element(
        _ group: UInt16, _ number: UInt16, _ representation: String, _ value: [UInt8]
    ) -> [UInt8] {
        var bytes = Array(little: group) + Array(little: number) + Array(representation.utf8)
        if representation == "OB" {
            bytes.append(contentsOf: [0, 0])
            bytes.append(little: UInt32(value.count))
        } else {
            bytes.append(little: UInt16(value.count))
        }
        return bytes + value
    }
}
