/// A ZIP archive whose entries are stored uncompressed.
///
/// Source: APPNOTE.TXT 6.3.10 §4.3.
struct Archive {
    /// Local header, central header without names, and the end record, in bytes.
    private static let entryOverhead = 30 + 46
    private static let endByteCount = 22

    private let day: CalendarDay
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    init(day: CalendarDay) { self.day = day }

    /// Bytes that an entry takes besides its content.
    static func overhead(of name: String) -> Int { entryOverhead + 2 * name.utf8.count }

    /// Bytes of the finished archive.
    var byteCount: Int { bytes.count + directory.count + Self.endByteCount }

    /// Adds a file.
    mutating func add(_ name: String, _ content: [UInt8]) {
        let offset = UInt32(bytes.count)
        let common = fields(name, content)
        bytes.append(little: 0x0403_4b50 as UInt32)
        bytes.append(contentsOf: common)
        bytes.append(text: name)
        bytes.append(contentsOf: content)
        directory.append(little: 0x0201_4b50 as UInt32)
        directory.append(little: 20 as UInt16)
        directory.append(contentsOf: common)
        directory.append(contentsOf: [UInt8](repeating: 0, count: 10))
        directory.append(little: offset)
        directory.append(text: name)
        count += 1
    }

    /// The archive with its directory.
    consuming func finish() -> [UInt8] {
        var all = bytes
        all.append(contentsOf: directory)
        all.append(little: 0x0605_4b50 as UInt32)
        all.append(little: 0 as UInt32)
        all.append(little: count)
        all.append(little: count)
        all.append(little: UInt32(directory.count))
        all.append(little: UInt32(bytes.count))
        all.append(little: 0 as UInt16)
        return all
    }

    /// The fields that both headers share, from "version needed" to "extra length".
    private func fields(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var fields = [UInt8]()
        for word in [20, 0, 0, day.zipTime, day.zipDate] as [UInt16] { fields.append(little: word) }
        fields.append(little: Checksum.crc32(content))
        fields.append(little: UInt32(content.count))
        fields.append(little: UInt32(content.count))
        fields.append(little: UInt16(name.utf8.count))
        fields.append(little: 0 as UInt16)
        return fields
    }
}
