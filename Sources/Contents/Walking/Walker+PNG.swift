internal import Compression

extension Walker {
    /// Source: PNG (ISO/IEC 15948) §5.3 (chunks and their CRC) and §10.1 (one zlib stream).
    mutating func walkPNG() -> Walk {
        var pixels = PNGPixels(
            width: input.big32(16), height: input.big32(20), depth: Int(input.byte(24)),
            colour: Int(input.byte(25)), isInterlaced: input.byte(28) != 0,
            fileByteCount: input.byteCount)
        let walk = walkChunks(&pixels)
        judge(pixels.tally)
        return walk
    }

    private mutating func walkChunks(_ pixels: inout PNGPixels) -> Walk {
        var at = 8
        var decoder = Decoder(.zlib)
        var isVerified = true
        while at < input.byteCount {
            guard input.step() else { return .walked(.png) }
            let size = input.big32(at)
            let end = at + 12 + size
            guard isChunkName(at + 4), size < 1 << 31 else { return .broken(.png, .field) }
            guard end <= input.byteCount else { return .broken(.png, .endsEarly) }
            guard let sum = chunkChecksum(at + 4, end - 4) else { return .walked(.png) }
            guard Int(sum) == input.big32(end - 4) else {
                return input.isExhausted ? .walked(.png) : .broken(.png, .checksum)
            }
            if input.has("IDAT", at: at + 4), isVerified {
                switch decodePNG(&decoder, at + 8, size, &pixels) {
                case .corrupt: return .broken(.png, .data)
                case .unsupported: isVerified = false
                case .goesOn, .finished: break
                }
            }
            if input.has("IEND", at: at + 4) {
                return isVerified && end == input.byteCount ? .verified(.png) : .walked(.png)
            }
            at = end
        }
        return .broken(.png, .endsEarly)
    }

    private mutating func isChunkName(_ at: Int) -> Bool {
        for i in 0..<4 where !(0x41...0x5A).contains(input.byte(at + i) & 0xDF) { return false }
        return true
    }

    private mutating func chunkChecksum(_ start: Int, _ end: Int) -> UInt32? {
        var sum: UInt32 = 0
        var at = start
        while at < end {
            let piece = input.bytes(at: at, count: min(end - at, 1 << 16))
            if piece.isEmpty { return nil }
            sum = crc32(piece.span, from: sum)
            at += piece.count
        }
        return sum
    }

    /// Feeds one chunk to the stream of pixels; `unsupported` once a budget is spent.
    private mutating func decodePNG(
        _ decoder: inout Decoder?, _ start: Int, _ count: Int, _ pixels: inout PNGPixels
    ) -> DecodingState {
        guard decodedByteCount < decodedByteLimit else { return .unsupported }
        var output = [UInt8](repeating: 0, count: 1 << 14)
        var at = start
        while at < start + count {
            let piece = input.bytes(at: at, count: min(start + count - at, 1 << 14))
            if piece.isEmpty { return .unsupported }
            var used = 0
            while used < piece.count {
                let room = min(output.count, decodedByteLimit - decodedByteCount)
                guard room > 0, input.step() else { return .unsupported }
                var target = output.mutableSpan
                let rest = piece.span.extracting(droppingFirst: used)
                guard let step = decoder?.decode(rest, into: &target, atMost: room) else {
                    return .unsupported
                }
                used += step.consumedByteCount
                countDecoded(step.producedByteCount)
                pixels.add(output[0..<step.producedByteCount])
                if step.state == .corrupt || step.state == .unsupported { return step.state }
                // What follows the stream's end within the chunk means nothing.
                if step.state == .finished { return .finished }
                if step.consumedByteCount == 0, step.producedByteCount == 0 { break }
            }
            at += piece.count
        }
        return .goesOn
    }
}
