internal import Compression

extension Walker {
    /// Source: nifti1.h and nifti2.h: header, dimensions, bits of a voxel, where the voxels begin.
    mutating func walkNIfTI() -> Walk {
        let isSecond = input.little32(0) == 540 || input.big32(0) == 540
        let isBig = input.byte(3) != 0
        let dimensions = isSecond ? 16 : 40
        let size = isSecond ? 8 : 2
        let rank = niftiNumber(dimensions, size, isBig)
        guard (1...7).contains(rank) else { return .broken(.nifti, .field) }
        var voxelCount = 1
        for i in 1...rank {
            let length = niftiNumber(dimensions + size * i, size, isBig)
            voxelCount = min(voxelCount * max(1, min(length, 1 << 20)), 1 << 40)
        }
        let bits = niftiNumber(isSecond ? 14 : 72, 2, isBig)
        guard [1, 8, 16, 24, 32, 64, 96, 128, 192, 256].contains(bits) else {
            return .broken(.nifti, .field)
        }
        // Headers of pairs stand alone.
        if !isSecond, input.has("ni1", at: 344) { return .walked(.nifti) }
        let start = isSecond ? niftiNumber(168, 8, isBig) : 352
        judgeStored(input.rest(from: start))
        let end = start + voxelCount * bits / 8
        return .checked(.nifti, end <= input.byteCount, .endsEarly)
    }

    private mutating func niftiNumber(_ at: Int, _ size: Int, _ isBig: Bool) -> Int {
        if size == 2 { return isBig ? input.big16(at) : input.little16(at) }
        return isBig ? input.big64(at) : input.little64(at)
    }

    /// Source: edfplus.info/specs/edf.html: fields in ASCII, records of one size.
    mutating func walkEuropeanData() -> Walk {
        let isWide = input.byte(0) == 0xFF
        let signalCount = asciiNumber(252, 4)
        let headerCount = asciiNumber(184, 8)
        let recordCount = asciiNumber(236, 8)
        guard let signalCount, let headerCount, (1...2048).contains(signalCount),
            headerCount == 256 * (signalCount + 1)
        else { return .broken(.europeanData, .field) }
        guard headerCount <= input.byteCount else { return .broken(.europeanData, .endsEarly) }
        let header = input.bytes(at: 256, count: headerCount - 256)
        guard isPrintable(header.span, 0..<header.count) else {
            return .broken(.europeanData, .field)
        }
        var sampleCount = 0
        for i in 0..<signalCount {
            guard let count = asciiNumber(256 + 216 * signalCount + 8 * i, 8) else {
                return .broken(.europeanData, .field)
            }
            sampleCount += count
        }
        // The number of records is -1 while recording.
        guard let recordCount else { return .walked(.europeanData) }
        let size = sampleCount * (isWide ? 3 : 2)
        let (records, overflow) = recordCount.multipliedReportingOverflow(by: size)
        guard !overflow, records < 1 << 60 else { return .broken(.europeanData, .field) }
        return .checked(.europeanData, headerCount + records <= input.byteCount, .endsEarly)
    }

    /// Digits padded with spaces; nil for anything else.
    private mutating func asciiNumber(_ at: Int, _ count: Int) -> Int? {
        var number: Int?
        for i in 0..<count {
            let byte = input.byte(at + i)
            if byte == 0x20 { continue }
            guard (0x30...0x39).contains(byte) else { return nil }
            number = (number ?? 0) * 10 + Int(byte - 0x30)
        }
        return number
    }

    /// Source: HDF5 File Format Specification 3.0 §II.A (superblock: where the file ends).
    mutating func walkHDF5() -> Walk {
        let version = input.byte(8)
        let offsets = Int(input.byte(version < 2 ? 13 : 9))
        guard version <= 3, [2, 4, 8].contains(offsets) else { return .broken(.hdf5, .field) }
        let first = version == 0 ? 24 : version == 1 ? 28 : 12
        let end = hdf5Number(first + 2 * offsets, offsets)
        guard end <= input.byteCount else { return .broken(.hdf5, .endsEarly) }
        if version >= 2 {
            let root = hdf5Number(first + 3 * offsets, offsets)
            return .checked(.hdf5, input.has("OHDR", at: root) || input.isExhausted)
        }
        let root = hdf5Number(first + 5 * offsets, offsets)
        // A version 1 object header: its version and a reserved byte.
        return .checked(.hdf5, input.big16(root) == 0x0100 || input.has("OHDR", at: root))
    }

    private mutating func hdf5Number(_ at: Int, _ size: Int) -> Int {
        size == 2 ? input.little16(at) : size == 4 ? input.little32(at) : input.little64(at)
    }

    /// Source: Parquet format, "File format": magic at both ends and the footer's size.
    mutating func walkParquet() -> Walk {
        let end = input.byteCount
        guard end > 12, input.has("PAR1", at: end - 4) else {
            return .broken(.parquet, .endsEarly)
        }
        let footer = input.little32(end - 8)
        // The footer opens with its version, a Thrift field of type i32.
        return .checked(.parquet, footer + 12 <= end && input.byte(end - 8 - footer) == 0x15)
    }

    /// Source: Arrow columnar format, "IPC file format"; Feather 1.
    mutating func walkArrow() -> Walk {
        let end = input.byteCount
        if input.has("FEA1", at: 0) {
            return .checked(.arrow, input.has("FEA1", at: end - 4), .endsEarly)
        }
        guard input.has("ARROW1", at: end - 6) else { return .broken(.arrow, .endsEarly) }
        let footer = input.little32(end - 10)
        return .checked(.arrow, footer > 0 && footer + 18 <= end)
    }

    /// Source: MAT-File Level 5 §1: elements of a type and a size; type 15 is a zlib stream.
    mutating func walkMATLAB() -> Walk {
        let isBig = input.has("MI", at: 126)
        var at = 128
        while at + 8 <= input.byteCount {
            guard input.step() else { return .walked(.matlab) }
            let type = isBig ? input.big32(at) : input.little32(at)
            let size = isBig ? input.big32(at + 4) : input.little32(at + 4)
            guard (1...18).contains(type) else {
                return input.isExhausted ? .walked(.matlab) : .broken(.matlab, .field)
            }
            guard at + 8 + size <= input.byteCount else { return .broken(.matlab, .endsEarly) }
            if type == 15, decodeAndJudge(.zlib, (at + 8)..<(at + 8 + size)) == .corrupt {
                return .broken(.matlab, .data)
            }
            at += 8 + size
        }
        return .walked(.matlab)
    }
}
