extension Walker {
    /// Sections of a kind and a size, up to the one that ends the file.
    ///
    /// Source: Adobe Technical Note 5040, §3.3 (PFB).
    mutating func walkTypeOneFont() -> Walk {
        var at = 0
        while input.byte(at) == 0x80, input.step() {
            switch input.byte(at + 1) {
            case 1, 2: at += 6 + input.little32(at + 2)
            case 3: return .walked(.typeOneFont)
            default: return .broken(.typeOneFont, .field)
            }
            // Some lack the last mark.
            if at == input.byteCount { return .walked(.typeOneFont) }
        }
        return at > input.byteCount
            ? .broken(.typeOneFont, .endsEarly) : .broken(.typeOneFont, .field)
    }

    /// Elements of a name and a size, up to the end.
    ///
    /// Source: the layout that `iconutil` writes: `icns`, size; then names of four letters, sizes.
    mutating func walkIconCollection() -> Walk {
        var at = 8
        while at < input.byteCount {
            guard input.step() else { return .walked(.iconCollection) }
            let size = input.big32(at + 4)
            let name = input.bytes(at: at, count: 4)
            guard size >= 8, isPrintable(name.span, 0..<name.count) else {
                return .broken(.iconCollection, .field)
            }
            at += size
        }
        return .checked(.iconCollection, at == input.byteCount, .endsEarly)
    }
}
