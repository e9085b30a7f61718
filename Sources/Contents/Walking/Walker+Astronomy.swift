extension Walker {
    /// Cards of 80 printable letters in blocks of 2880 bytes, up to the one named END.
    ///
    /// Source: FITS Standard 4.0 §3.1, §3.3.1 and §4.1.
    mutating func walkFITS() -> Walk {
        var at = 0
        while at + 80 <= input.byteCount {
            guard input.step() else { return .walked(.fits) }
            let card = input.bytes(at: at, count: 80)
            guard isPrintable(card.span, 0..<card.count) else { return .broken(.fits, .field) }
            at += 80
            guard card.span.has("END     ") else { continue }
            return .checked(.fits, input.byteCount % 2880 == 0, .endsEarly)
        }
        return .broken(.fits, .endsEarly)
    }
}
