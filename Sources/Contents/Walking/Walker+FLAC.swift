/// Source: RFC 9639 §8 (metadata) and §9 (frames, with a CRC-8 and a CRC-16).
extension Walker {
    mutating func walkFLAC() -> Walk {
        var at = 4
        var isLast = false
        while !isLast {
            guard input.step() else { return .walked(.flac) }
            isLast = input.byte(at) & 0x80 != 0
            let size = input.big24(at + 1)
            guard input.byte(at) & 0x7F <= 126, at + 4 + size <= input.byteCount else {
                return .broken(.flac, .endsEarly)
            }
            at += 4 + size
        }
        return walkFrames(from: at)
    }

    /// A frame ends where its CRC-16 agrees and the next frame's header follows.
    private mutating func walkFrames(from start: Int) -> Walk {
        let most = 1 << 20
        var frame = start
        guard frame == input.byteCount || frameHeader(frame) else {
            return input.isExhausted ? .walked(.flac) : .broken(.flac, .field)
        }
        while frame < input.byteCount {
            var sum: UInt16 = 0
            var summed = frame
            var next = frame + 6
            var isFound = false
            while !isFound {
                guard input.step() else { return .walked(.flac) }
                guard let place = input.find(byte: 0xFF, from: next), place - frame < most else {
                    return endOfFLAC(frame, sum, summed)
                }
                next = place + 1
                guard input.byte(next) & 0xFE == 0xF8, frameHeader(place) else { continue }
                let piece = input.bytes(at: summed, count: place - summed)
                sum = flacFrameChecksum.sum(over: piece.span, from: sum)
                summed = place
                // The sum over a frame and its own CRC is zero.
                isFound = sum == 0
            }
            frame = summed
        }
        return .verified(.flac)
    }

    private mutating func endOfFLAC(_ frame: Int, _ sum: UInt16, _ summed: Int) -> Walk {
        let rest = input.byteCount - summed
        let piece = input.bytes(at: summed, count: min(rest, 1 << 20))
        let last = flacFrameChecksum.sum(over: piece.span, from: sum)
        if input.isExhausted { return .walked(.flac) }
        // A tag of 128 bytes may follow.
        if last == 0 || input.has("TAG", at: input.byteCount - 128) { return .verified(.flac) }
        return .broken(.flac, .checksum)
    }

    /// Source: RFC 9639 §9.1: sync, sizes, a number coded as in UTF-8, and a CRC-8.
    private mutating func frameHeader(_ at: Int) -> Bool {
        guard input.big16(at) & 0xFFFE == 0xFFF8 else { return false }
        let sizes = input.byte(at + 2)
        guard sizes >> 4 != 0, sizes & 15 != 15, input.byte(at + 3) & 1 == 0 else { return false }
        var end = at + 4
        let ones = (~input.byte(end)).leadingZeroBitCount
        end += ones == 0 ? 1 : min(ones, 7)
        end += sizes >> 4 == 6 ? 1 : sizes >> 4 == 7 ? 2 : 0
        end += sizes & 15 == 12 ? 1 : sizes & 15 >= 13 ? 2 : 0
        let header = input.bytes(at: at, count: end - at)
        let sum = flacHeaderChecksum.sum(over: header.span)
        return end < input.byteCount && sum == input.byte(end)
    }
}
