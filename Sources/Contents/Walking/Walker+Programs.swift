extension Walker {
    /// Source: System V ABI, "Object Files": tables of segments and sections within the file.
    mutating func walkELF() -> Walk {
        let isWide = input.byte(4) == 2
        let isBig = input.byte(5) == 2
        let size = isWide ? 64 : 52
        guard input.byteCount >= size else { return .broken(.elf, .endsEarly) }
        let sections = elfNumber(isWide ? 40 : 32, isWide ? 8 : 4, isBig)
        let count = elfNumber(isWide ? 60 : 48, 2, isBig)
        let entry = elfNumber(isWide ? 58 : 46, 2, isBig)
        guard count > 0 else { return walkSegments(isWide, isBig) }
        guard entry == (isWide ? 64 : 40) else { return .broken(.elf, .field) }
        guard sections + count * entry <= input.byteCount else { return .broken(.elf, .endsEarly) }
        for i in 0..<count {
            guard input.step() else { return .walked(.elf) }
            let at = sections + i * entry
            let type = elfNumber(at + 4, 4, isBig)
            let offset = elfNumber(at + (isWide ? 24 : 16), isWide ? 8 : 4, isBig)
            let length = elfNumber(at + (isWide ? 32 : 20), isWide ? 8 : 4, isBig)
            let isKnown = type < 20 || type >= 0x6000_0000
            guard isKnown || input.isExhausted else { return .broken(.elf, .field) }
            // Type 8 takes no room in the file, type 0 means nothing.
            let holds = type == 8 || type == 0 || offset + length <= input.byteCount
            // Debug files keep the tables of sections that were taken out.
            guard holds || input.isExhausted else { return .broken(.elf, .endsEarly) }
        }
        return .walked(.elf)
    }

    private mutating func walkSegments(_ isWide: Bool, _ isBig: Bool) -> Walk {
        let segments = elfNumber(isWide ? 32 : 28, isWide ? 8 : 4, isBig)
        let count = elfNumber(isWide ? 56 : 44, 2, isBig)
        let end = segments + count * (isWide ? 56 : 32)
        return .checked(.elf, end <= input.byteCount, .endsEarly)
    }

    private mutating func elfNumber(_ at: Int, _ size: Int, _ isBig: Bool) -> Int {
        switch size {
        case 2: isBig ? input.big16(at) : input.little16(at)
        case 4: isBig ? input.big32(at) : input.little32(at)
        default: isBig ? input.big64(at) : input.little64(at)
        }
    }

    /// Source: Microsoft PE format: sections with sizes and places.
    mutating func walkPortableExecutable() -> Walk {
        let at = input.little32(60)
        let count = input.little16(at + 6)
        let first = at + 24 + input.little16(at + 20)
        for i in 0..<count {
            guard input.step() else { return .walked(.portableExecutable) }
            let section = first + 40 * i
            let end = input.little32(section + 16) + input.little32(section + 20)
            guard end <= input.byteCount || input.isExhausted else {
                return .broken(.portableExecutable, .endsEarly)
            }
        }
        return .walked(.portableExecutable)
    }

    /// Source: JVM specification §4.1 to §4.7: every element has a known length, up to the end.
    mutating func walkJavaClass() -> Walk {
        // Universal binaries share the signature.
        if input.big32(4) < 45 { return .magicOnly(.javaClass) }
        guard let pool = constantPoolEnd() else {
            return input.isExhausted ? .walked(.javaClass) : .broken(.javaClass, .field)
        }
        var at = pool + 8 + 2 * input.big16(pool + 6)
        for _ in 0..<2 {
            let count = input.big16(at)
            at += 2
            for _ in 0..<count {
                guard let next = attributesEnd(at + 6) else { return flawedClass }
                at = next
            }
        }
        guard let end = attributesEnd(at) else { return flawedClass }
        return .checked(.javaClass, end == input.byteCount)
    }

    private var flawedClass: Walk {
        input.isExhausted ? .walked(.javaClass) : .broken(.javaClass, .endsEarly)
    }

    private mutating func constantPoolEnd() -> Int? {
        let count = input.big16(8)
        var at = 10
        var index = 1
        while index < count {
            guard input.step(), at < input.byteCount else { return nil }
            let tag = input.byte(at)
            switch tag {
            case 1: at += 3 + input.big16(at + 1)
            case 3, 4, 9, 10, 11, 12, 17, 18: at += 5
            case 5, 6: (at, index) = (at + 9, index + 1)
            case 7, 8, 16, 19, 20: at += 3
            case 15: at += 4
            default: return nil
            }
            index += 1
        }
        return at
    }

    private mutating func attributesEnd(_ start: Int) -> Int? {
        var at = start + 2
        for _ in 0..<input.big16(start) {
            guard input.step(), at < input.byteCount else { return nil }
            at += 6 + input.big32(at + 2)
        }
        return at <= input.byteCount ? at : nil
    }

    /// Source: WebAssembly core specification §5.5.2: sections with a number and a LEB128 size.
    mutating func walkWebAssembly() -> Walk {
        var at = 8
        while at < input.byteCount {
            guard input.step() else { return .walked(.wasm) }
            let id = input.byte(at)
            var size = 0
            var shift = 0
            repeat {
                at += 1
                size |= Int(input.byte(at) & 0x7F) << shift
                shift += 7
            } while input.byte(at) & 0x80 != 0 && shift < 35
            guard id <= 13 || input.isExhausted else { return .broken(.wasm, .field) }
            at += 1 + size
        }
        return .checked(.wasm, at == input.byteCount, .endsEarly)
    }

    /// Source: GNU gettext manual, "MO Files": two tables of lengths and places.
    mutating func walkMessageCatalogue() -> Walk {
        let isBig = input.byte(0) == 0x95
        let count = elfNumber(8, 4, isBig)
        for table in [elfNumber(12, 4, isBig), elfNumber(16, 4, isBig)] {
            guard table + 8 * count <= input.byteCount else {
                return .broken(.messageCatalogue, .endsEarly)
            }
            for i in 0..<count {
                guard input.step() else { return .walked(.messageCatalogue) }
                let end =
                    elfNumber(table + 8 * i, 4, isBig) + elfNumber(table + 8 * i + 4, 4, isBig)
                guard end < input.byteCount, input.byte(end) == 0 else {
                    return input.isExhausted
                        ? .walked(.messageCatalogue) : .broken(.messageCatalogue, .field)
                }
            }
        }
        return .walked(.messageCatalogue)
    }

    /// Source: PEP 552 and CPython's marshal.c: a code object follows 16 bytes of header.
    mutating func walkPythonCode() -> Walk {
        .checked(.pythonCode, input.byte(16) & 0x7F == UInt8(ascii: "c"))
    }
}
