internal import Compression

/// Files that are one compressed stream, or several one after the other.
extension Walker {
    mutating func walkGzip() -> Walk { walkStreams(.gzip, .gzip, padding: [0]) }

    mutating func walkBzip2() -> Walk { walkStreams(.bzip2, .bzip2, padding: []) }

    /// Source: xz-file-format §2.2: streams may be followed by zeros in fours.
    mutating func walkXz() -> Walk { walkStreams(.xz, .xz, padding: [0]) }

    mutating func walkZstandard() -> Walk { walkStreams(.zstd, .zstandard, padding: []) }

    mutating func walkLZ4() -> Walk { walkStreams(.lz4, .lz4, padding: []) }

    /// Two bytes are no signature, so what cannot be decoded is no zlib stream at all.
    mutating func walkZlib() -> Walk {
        if input.byte(0) == 0 { return walkSizedZlib() }
        let walk = walkStreams(.zlib, .zlib, padding: [])
        return walk.finding == .broken && walk.flaw != .endsEarly ? .none : walk
    }

    /// Records of a decoded size and a stream of that size, up to the end.
    private mutating func walkSizedZlib() -> Walk {
        var tally = PayloadTally()
        var at = 0
        while at < input.byteCount {
            guard input.step() else { break }
            let before = decodedByteCount
            let size = input.big32(at)
            switch decode(.zlib, (at + 4)..<input.byteCount, { tally.add($0) }) {
            case .finished(let end) where decodedByteCount - before == size: at = end
            case .endsEarly where at > 0 || decodedByteCount > before:
                return .broken(.zlib, .endsEarly)
            case .undecided:
                judge(tally)
                return .walked(.zlib)
            case .finished, .corrupt, .mismatch, .endsEarly:
                return at > 0 ? .broken(.zlib, .data) : .none
            }
        }
        judge(tally)
        return .verified(.zlib)
    }

    private mutating func walkStreams(
        _ kind: Kind, _ format: Compression, padding: Set<UInt8>
    ) -> Walk {
        var tally = PayloadTally()
        var at = 0
        var isWhole = true
        while at < input.byteCount {
            guard input.step() else { return .walked(kind) }
            if at > 0, padding.contains(input.byte(at)) {
                at += 1
                continue
            }
            if at > 0, !continues(kind, at) {
                // Something foreign follows, as signatures and file systems do after images.
                isWhole = false
                break
            }
            if let end = skippableFrame(kind, at) {
                at = end
                continue
            }
            switch decode(format, at..<input.byteCount, { tally.add($0) }) {
            case .finished(let end): at = end
            case .corrupt, .mismatch: return .broken(kind, .data)
            case .endsEarly: return .broken(kind, .endsEarly)
            case .undecided:
                judge(tally)
                // A window that is too large for us is what random headers mostly ask for as well.
                if kind == .zstd, tally.byteCount == 0 { return walkZstandardBlocks(from: at) }
                return .walked(kind)
            }
        }
        judge(tally)
        return isWhole ? .verified(kind) : .walked(kind)
    }

    /// Follows the headers of a frame's blocks, without decoding any.
    ///
    /// Source: RFC 8878 §3.1.1.1 (frame header) and §3.1.1.2 (blocks of at most 128 KiB).
    private mutating func walkZstandardBlocks(from start: Int) -> Walk {
        let flags = Int(input.byte(start + 4))
        let isSingle = flags & 0x20 != 0
        let sizes = [isSingle ? 1 : 0, 2, 4, 8]
        var at = start + 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][flags & 3] + sizes[flags >> 6]
        while at + 3 <= input.byteCount {
            guard input.step() else { return .walked(.zstd) }
            let header = input.little16(at) | Int(input.byte(at + 2)) << 16
            let type = header >> 1 & 3
            let size = header >> 3
            guard type != 3, size <= 1 << 17 else { return .broken(.zstd, .data) }
            at += 3 + (type == 1 ? 1 : size)
            if header & 1 == 1 { break }
        }
        return .checked(.zstd, at <= input.byteCount, .endsEarly)
    }

    private mutating func continues(_ kind: Kind, _ at: Int) -> Bool {
        switch kind {
        case .gzip: input.big16(at) == 0x1F8B
        case .bzip2: input.has("BZh", at: at)
        case .xz: input.big32(at) == 0xFD37_7A58
        case .zstd: input.big32(at) == 0x28B5_2FFD || isSkippable(at)
        case .lz4: input.big32(at) == 0x0422_4D18 || isSkippable(at)
        default: false
        }
    }

    /// Source: RFC 8878 §3.1.2 and lz4_Frame_format.md ("Skippable Frames").
    private mutating func isSkippable(_ at: Int) -> Bool {
        (0x184D_2A50...0x184D_2A5F).contains(input.little32(at))
    }

    private mutating func skippableFrame(_ kind: Kind, _ at: Int) -> Int? {
        guard kind == .zstd || kind == .lz4, isSkippable(at) else { return nil }
        return at + 8 + input.little32(at + 4)
    }
}
