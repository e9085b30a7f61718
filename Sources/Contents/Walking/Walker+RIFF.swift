extension Walker {
    /// Source: Multimedia Programming Interface 1.0 §2 (RIFF); WebP container specification.
    mutating func walkRIFF() -> Walk {
        let kind: Kind =
            if input.has("WAVE", at: 8) {
                .wave
            } else if input.has("WEBP", at: 8) {
                .webp
            } else if input.has("AVI ", at: 8) {
                .avi
            } else {
                .riff
            }
        let isBig = input.has("RIFX", at: 0)
        let stated = riffNumber(4, isBig)
        // Recorders that were stopped, and files above 4 GiB, leave the size open.
        let isOpen = stated == 0 || stated >= 0xFFFF_FF00
        let end = isOpen ? input.byteCount : 8 + stated
        var at = 12
        while at + 8 <= min(end, input.byteCount) {
            guard input.step() else { return .walked(kind) }
            guard isFourCharacterCode(at) else {
                return input.isExhausted ? .walked(kind) : .broken(kind, .field)
            }
            let size = riffNumber(at + 4, isBig)
            if input.has("data", at: at), kind == .wave {
                judgeStored(input.stretch(at + 8, at + 8 + size))
            }
            if kind == .webp, !webpChunkHolds(at) { return .broken(kind, .data) }
            if size >= 0xFFFF_FF00, isOpen { return .walked(kind) }
            at += 8 + size + size & 1
        }
        // The last chunk's padding is often left out.
        return .checked(kind, at <= input.byteCount + 1, .endsEarly)
    }

    private mutating func riffNumber(_ at: Int, _ isBig: Bool) -> Int {
        isBig ? input.big32(at) : input.little32(at)
    }

    /// Four printable characters, the first of which is a letter or a digit.
    mutating func isFourCharacterCode(_ at: Int) -> Bool {
        for i in 0..<4 {
            let byte = input.byte(at + i)
            guard (0x20...0x7E).contains(byte) || byte == 0xA9 else { return false }
        }
        return true
    }

    /// Source: RFC 6386 §9.1 (start code of a key frame) and WebP lossless §3 (signature).
    private mutating func webpChunkHolds(_ at: Int) -> Bool {
        if input.has("VP8 ", at: at) { return input.big24(at + 11) == 0x9D_012A }
        if input.has("VP8L", at: at) { return input.byte(at + 8) == 0x2F }
        return true
    }
}
