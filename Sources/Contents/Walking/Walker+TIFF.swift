extension Walker {
    /// Source: TIFF 6.0 §2 and the BigTIFF design: directories of entries, whose values and strips
    /// lie within the file.
    mutating func walkTIFF() -> Walk {
        let isBig = input.byte(0) == 0x4D
        let isWide = (isBig ? input.big16(2) : input.little16(2)) == 43
        var at = isWide ? tiffNumber(8, 8, isBig) : tiffNumber(4, 4, isBig)
        var seen: Set<Int> = []
        while at != 0 {
            guard input.step() else { return .walked(.tiff) }
            guard at < input.byteCount else { return .broken(.tiff, .endsEarly) }
            guard seen.insert(at).inserted else { return .broken(.tiff, .field) }
            let count = tiffNumber(at, isWide ? 8 : 2, isBig)
            guard count > 0, count < 4096 else {
                return input.isExhausted ? .walked(.tiff) : .broken(.tiff, .field)
            }
            let first = at + (isWide ? 8 : 2)
            let size = isWide ? 20 : 12
            var strips = Strips()
            for i in 0..<count {
                guard tiffEntry(first + size * i, isWide, isBig, &strips) else {
                    return input.isExhausted ? .walked(.tiff) : .broken(.tiff, .endsEarly)
                }
            }
            guard stripsHold(strips, isBig) else {
                return input.isExhausted ? .walked(.tiff) : .broken(.tiff, .endsEarly)
            }
            at = tiffNumber(first + size * count, isWide ? 8 : 4, isBig)
        }
        return .checked(.tiff, !seen.isEmpty)
    }

    /// Where the places and sizes of a picture's strips or tiles are listed.
    private struct Strips {
        var offsets = 0
        var offsetSize = 4
        var sizes = 0
        var sizeSize = 4
        var count = 0
        var sizeCount = 0
        var method = 1
    }

    private mutating func tiffNumber(_ at: Int, _ size: Int, _ isBig: Bool) -> Int {
        switch size {
        case 1: Int(input.byte(at))
        case 2: isBig ? input.big16(at) : input.little16(at)
        case 4: isBig ? input.big32(at) : input.little32(at)
        default: isBig ? input.big64(at) : input.little64(at)
        }
    }

    private mutating func tiffEntry(
        _ at: Int, _ isWide: Bool, _ isBig: Bool, _ strips: inout Strips
    ) -> Bool {
        guard input.step() else { return false }
        let tag = tiffNumber(at, 2, isBig)
        let type = tiffNumber(at + 2, 2, isBig)
        let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8]
        // Readers skip types they do not know.
        guard let size = sizes[type] ?? ([13: 4, 16: 8, 17: 8, 18: 8][type]) else { return true }
        let count = tiffNumber(at + 4, isWide ? 8 : 4, isBig)
        let field = at + (isWide ? 12 : 8)
        let room = isWide ? 8 : 4
        guard count <= min(input.byteCount, 1 << 40) else { return false }
        let isInside = count * size <= room
        let place = isInside ? field : tiffNumber(field, room, isBig)
        guard isInside || place + count * size <= input.byteCount else { return false }
        switch tag {
        case 259: strips.method = tiffNumber(place, size, isBig)
        case 273, 324: (strips.offsets, strips.offsetSize, strips.count) = (place, size, count)
        case 279, 325: (strips.sizes, strips.sizeSize, strips.sizeCount) = (place, size, count)
        default: break
        }
        return true
    }

    private mutating func stripsHold(_ strips: Strips, _ isBig: Bool) -> Bool {
        guard strips.count == strips.sizeCount else { return true }
        var tally = PayloadTally()
        var holds = true
        for i in 0..<strips.count {
            guard input.step() else { return false }
            let start = tiffNumber(strips.offsets + i * strips.offsetSize, strips.offsetSize, isBig)
            let size = tiffNumber(strips.sizes + i * strips.sizeSize, strips.sizeSize, isBig)
            guard start + size <= input.byteCount else {
                holds = false
                break
            }
            // Only plain samples are known not to be random.
            if strips.method == 1 { _ = addStored(input.stretch(start, start + size), to: &tally) }
        }
        judge(tally)
        return holds
    }
}
