/// The form of a memory dump: an ELF core file, which debuggers and forensic tools read; pure.
///
/// Each part of the memory is a segment (`PT_LOAD`) with its address. It has no notes, so no
/// registers. Source: elf(5).
public enum CoreFile {
    /// Bytes in front of the first part.
    public static func headerByteCount(parts count: Int) -> UInt64 {
        // The parts begin at a page, as programs that map the file want it.
        (64 + 56 * UInt64(count) + 4095) & ~4095
    }

    /// Where each part of the plan lies in the file, in its order.
    public static func offsets(_ parts: [Range<UInt64>]) -> [UInt64] {
        var next = headerByteCount(parts: parts.count)
        return parts.map { part in
            defer { next += UInt64(part.count) }
            return next
        }
    }

    /// The header of a file with these parts.
    ///
    /// - Parameters:
    ///   - parts: the plan's; segments stand in the order of addresses.
    ///   - copied: how many bytes of each part the file really has.
    /// - Returns: its bytes, which fit in front of the first part.
    public static func header(_ parts: [Range<UInt64>], copied: [UInt64]) -> [UInt8] {
        // \177ELF, 64 bits, little-endian, version 1.
        var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
        bytes.append(4, byteCount: 2)  // ET_CORE
        bytes.append(machine, byteCount: 2)
        bytes.append(1, byteCount: 4)
        bytes.append(0, byteCount: 8)
        bytes.append(64, byteCount: 8)  // e_phoff
        bytes.append(0, byteCount: 8)
        bytes.append(0, byteCount: 4)
        for value in [64, 56, UInt64(parts.count), 0, 0, 0] { bytes.append(value, byteCount: 2) }
        let places = offsets(parts)
        for index in parts.indices.sorted(by: { parts[$0].lowerBound < parts[$1].lowerBound }) {
            bytes.append(1, byteCount: 4)  // PT_LOAD
            bytes.append(6, byteCount: 4)  // readable, writable
            let size = UInt64(parts[index].count)
            for value in [places[index], parts[index].lowerBound, 0, copied[index], size, 1] {
                bytes.append(value, byteCount: 8)
            }
        }
        return bytes
    }

    /// `e_machine` of this machine's programs.
    private static var machine: UInt64 {
        #if arch(arm64)
            183
        #else
            62
        #endif
    }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    fileprivate mutating func append(_ value: UInt64, byteCount: Int) {
        for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
