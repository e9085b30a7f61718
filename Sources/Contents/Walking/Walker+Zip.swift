internal import Compression

/// Source: PKWARE APPNOTE 6.3.10 §4.3.
extension Walker {
    /// What of the central directory the walk needs.
    private struct Member {
        var flags = 0
        var method = 0
        var checksum = 0
        var packed = 0
        var unpacked = 0
        var header = 0
        var name: [UInt8] = []
        var end = 0
    }

    mutating func walkZip() -> Walk {
        // A Java module is an archive behind four bytes.
        let base = input.big32(0) == 0x4A4D_0100 ? 4 : 0
        guard let directory = zipDirectory(base) else { return zipWithoutDirectory(base) }
        var kind = Kind.zip
        var at = directory.start
        var isVerified = true
        for index in 0..<directory.count {
            guard input.step() else { return .walked(kind) }
            guard let member = zipMember(at) else { return .broken(kind, .field) }
            if index < 8 { kind = zipFlavour(of: member, at: index) ?? kind }
            if member.flags & 1 != 0 { return .encrypted(kind) }
            switch zipContent(of: member, base: base + directory.shift) {
            case .finished: break
            case .undecided: isVerified = false
            case .corrupt, .endsEarly: return .broken(kind, .data)
            case .mismatch: return .broken(kind, .checksum)
            }
            if isEncryptedODF { return .encrypted(kind) }
            at = member.end
        }
        return isVerified ? .verified(kind) : .walked(kind)
    }

    private struct Directory {
        var start: Int
        var count: Int
        /// Bytes in front of the archive that its offsets leave out.
        var shift: Int
    }

    private mutating func zipDirectory(_ base: Int) -> Directory? {
        guard let end = input.findLast("PK\u{5}\u{6}", within: 65_557) else { return nil }
        var count = input.little16(end + 10)
        var size = input.little32(end + 12)
        var offset = input.little32(end + 16)
        var last = end
        if count == 0xFFFF || offset == 0xFFFF_FFFF || size == 0xFFFF_FFFF,
            input.has("PK\u{6}\u{7}", at: end - 20)
        {
            let wide = input.little64(end - 12)
            guard input.has("PK\u{6}\u{6}", at: wide) else { return nil }
            count = input.little64(wide + 32)
            size = input.little64(wide + 40)
            offset = input.little64(wide + 48)
            last = wide
        }
        let start = last - size
        guard start >= 0, count == 0 || input.has("PK\u{1}\u{2}", at: start) else { return nil }
        return Directory(start: start, count: count, shift: max(0, start - offset - base))
    }

    private mutating func zipMember(_ at: Int) -> Member? {
        guard input.has("PK\u{1}\u{2}", at: at) else { return nil }
        var member = Member()
        member.flags = input.little16(at + 8)
        member.method = input.little16(at + 10)
        member.checksum = input.little32(at + 16)
        member.packed = input.little32(at + 20)
        member.unpacked = input.little32(at + 24)
        member.header = input.little32(at + 42)
        let nameCount = input.little16(at + 28)
        let extraCount = input.little16(at + 30)
        member.name = input.bytes(at: at + 46, count: nameCount)
        member.end = at + 46 + nameCount + extraCount + input.little16(at + 32)
        widen(&member, extra: (at + 46 + nameCount)..<(at + 46 + nameCount + extraCount))
        return member
    }

    /// Source: §4.5.3 (the field 0x0001 holds what did not fit, in a fixed order).
    private mutating func widen(_ member: inout Member, extra: Range<Int>) {
        var at = extra.lowerBound
        while at + 4 <= extra.upperBound {
            let size = input.little16(at + 2)
            if input.little16(at) == 1 {
                var field = at + 4
                if member.unpacked == 0xFFFF_FFFF {
                    member.unpacked = input.little64(field)
                    field += 8
                }
                if member.packed == 0xFFFF_FFFF {
                    member.packed = input.little64(field)
                    field += 8
                }
                if member.header == 0xFFFF_FFFF { member.header = input.little64(field) }
            }
            at += 4 + size
        }
    }

    private mutating func zipContent(of member: Member, base: Int) -> Decoded {
        let header = base + member.header
        guard header < input.byteCount, input.has("PK\u{3}\u{4}", at: header) else {
            return input.isExhausted ? .undecided : .corrupt
        }
        let name = input.bytes(at: header + 30, count: input.little16(header + 26))
        guard name == member.name || input.isExhausted else { return .corrupt }
        let start = header + 30 + name.count + input.little16(header + 28)
        let range = start..<(start + member.packed)
        guard input.contains(range) else { return .corrupt }
        guard let format = zipCompression(member.method) else {
            return storedContent(of: member, range)
        }
        var tally = PayloadTally()
        let result = decode(format, range) { tally.addChecked($0) }
        judge(tally)
        guard case .finished = result else { return result }
        let agrees = Int(tally.checksum) == member.checksum && tally.byteCount == member.unpacked
        noteManifest(member, tally)
        return agrees ? result : .mismatch
    }

    private mutating func storedContent(of member: Member, _ range: Range<Int>) -> Decoded {
        guard member.method == 0 else { return .undecided }
        var tally = PayloadTally()
        let isWhole = addStored(range, to: &tally)
        judge(tally)
        noteManifest(member, tally)
        guard isWhole else { return .undecided }
        return Int(tally.checksum) == member.checksum ? .finished(at: range.upperBound) : .mismatch
    }

    private func zipCompression(_ method: Int) -> Compression? {
        switch method {
        case 8: .deflate
        case 12: .bzip2
        case 93: .zstandard
        case 95: .xz
        default: nil
        }
    }

    /// Without a directory the archive ends early, if its first member is sound so far.
    private mutating func zipWithoutDirectory(_ base: Int) -> Walk {
        if input.isExhausted { return .walked(.zip) }
        let isSized = input.little16(base + 6) & 8 == 0
        let start = base + 30 + input.little16(base + 26) + input.little16(base + 28)
        guard input.little16(base + 8) == 8, start < input.byteCount else {
            return .broken(.zip, isSized ? .endsEarly : .field)
        }
        let end = isSized ? start + input.little32(base + 18) : input.byteCount
        switch decodeAndJudge(.deflate, start..<max(start, min(end, input.byteCount))) {
        case .corrupt: return .broken(.zip, .data)
        default: return .broken(.zip, .endsEarly)
        }
    }
}

/// What the first members say about the kind of archive.
extension Walker {
    private func zipFlavour(of member: Member, at index: Int) -> Kind? {
        let name = member.name.span
        if name.has("[Content_Types].xml") || name.has("_rels/") { return .officeOpenXML }
        if index == 0, name.has("mimetype") { return .openDocument }
        if name.has("META-INF/MANIFEST.MF") || name.has("META-INF/") && index == 0 {
            return .javaArchive
        }
        return nil
    }

    /// Source: OpenDocument 1.3 part 2 §4.8.4: encrypted members are told in the manifest.
    private mutating func noteManifest(_ member: Member, _ tally: borrowing PayloadTally) {
        guard member.name.span.has("META-INF/manifest.xml") else { return }
        let head = tally.head.span
        if head.find("encryption-data", within: head.count) != nil { isEncryptedODF = true }
    }
}
