internal import Compression

/// Archives that put one member after the other.
extension Walker {
    /// Source: POSIX.1-2017 pax, ustar interchange format; GNU tar manual, "Basic Tar Format".
    mutating func walkTar() -> Walk {
        var at = 0
        var memberCount = 0
        var statedSize: Int?
        while at + 512 <= input.byteCount {
            guard input.step() else { return .walked(.tar) }
            let header = input.bytes(at: at, count: 512)
            if header.allSatisfy({ $0 == 0 }) { return .checked(.tar, memberCount > 0) }
            guard hasTarChecksum(header.span) || hasSignedTarChecksum(header) else {
                return input.isExhausted ? .walked(.tar) : .broken(.tar, .checksum)
            }
            memberCount += 1
            // GNU's sparse members go on in further headers.
            var start = at + 512
            if header[156] == 0x53, header[482] == 1 {
                while input.step(), start + 512 <= input.byteCount {
                    let isLast = input.byte(start + 504) == 0
                    start += 512
                    if isLast { break }
                }
            }
            let isExtended = header[156] == 0x78
            let size =
                isExtended
                ? tarNumber(header, 124..<136)
                : statedSize ?? tarNumber(header, 124..<136)
            statedSize = isExtended ? paxSize(start, size) : nil
            let end = start + size
            if size > 0, isTarFile(header[156]) {
                judgeStored(start..<min(end, input.byteCount))
            }
            guard end <= input.byteCount else { return .broken(.tar, .endsEarly) }
            at = start + (size + 511) / 512 * 512
        }
        // The two blocks of zeros at the end are often left out.
        return .checked(.tar, memberCount > 0)
    }

    /// The size that an extended header states for the member after it.
    private mutating func paxSize(_ start: Int, _ size: Int) -> Int? {
        let records = input.bytes(at: start, count: min(size, 1 << 16))
        let span = records.span
        guard let place = span.find(" size=", within: span.count) else { return nil }
        var number = 0
        for i in (place + 6)..<span.count {
            guard (0x30...0x39).contains(span[i]) else { break }
            number = min(number * 10 + Int(span[i] - 0x30), 1 << 50)
        }
        return number
    }

    /// Some old systems summed signed characters.
    private func hasSignedTarChecksum(_ header: [UInt8]) -> Bool {
        var sum = 8 * 0x20
        for i in 0..<512 where !(148..<156).contains(i) { sum += Int(Int8(bitPattern: header[i])) }
        return sum == tarNumber(header, 148..<156)
    }

    private func isTarFile(_ type: UInt8) -> Bool { type == 0x30 || type == 0 || type == 0x37 }

    /// Octal digits, or big-endian after a byte of 0x80.
    private func tarNumber(_ header: [UInt8], _ range: Range<Int>) -> Int {
        var number = 0
        if header[range.lowerBound] & 0x80 != 0 {
            for i in range.dropFirst() { number = (number & (1 << 52 - 1)) << 8 | Int(header[i]) }
            return min(number, 1 << 60)
        }
        for i in range {
            if (0x30...0x37).contains(header[i]) {
                number = (number & (1 << 56 - 1)) << 3 | Int(header[i] - 0x30)
            } else if number > 0 {
                break
            }
        }
        return min(number, 1 << 60)
    }

    /// Source: ar(5), deb(5).
    mutating func walkAr() -> Walk {
        var kind = Kind.ar
        var at = 8
        var isVerified = false
        while at < input.byteCount {
            guard input.step() else { return .walked(kind) }
            guard at + 60 <= input.byteCount else { return .broken(kind, .endsEarly) }
            guard input.big16(at + 58) == 0x600A, let size = arNumber(at + 48) else {
                return input.isExhausted ? .walked(kind) : .broken(kind, .field)
            }
            let start = at + 60
            if at == 8, input.has("debian-binary", at: at) {
                kind = .debianPackage
                isVerified = true
            }
            guard start + size <= input.byteCount else { return .broken(kind, .endsEarly) }
            if kind == .debianPackage, at > 8 {
                switch debMember(start..<(start + size)) {
                case .corrupt, .endsEarly, .mismatch: return .broken(kind, .data)
                case .undecided: isVerified = false
                case .finished: break
                }
            } else {
                judgeStored(start..<(start + size))
            }
            at = start + size + size & 1
        }
        return isVerified ? .verified(kind) : .walked(kind)
    }

    private mutating func arNumber(_ at: Int) -> Int? {
        var number = 0
        for i in 0..<10 {
            let digit = input.byte(at + i)
            if digit == 0x20 { break }
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }

    private mutating func debMember(_ range: Range<Int>) -> Decoded {
        switch input.big16(range.lowerBound) {
        case 0x1F8B: decodeAndJudge(.gzip, range)
        case 0xFD37: decodeAndJudge(.xz, range)
        case 0x28B5: decodeAndJudge(.zstandard, range)
        case 0x425A: decodeAndJudge(.bzip2, range)
        default: .undecided
        }
    }
}
