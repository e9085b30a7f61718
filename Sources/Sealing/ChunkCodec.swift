internal import Age

/// One direction of the payload's cipher.
enum ChunkCodec: Sendable {
    case seal(ChunkSealer)
    case open(ChunkOpener)

    /// Bytes of a full chunk before the work.
    var inputChunk: Int {
        switch self {
        case .seal: Constants.chunk
        case .open: Constants.sealedChunk
        }
    }

    /// Works on one chunk where it lies; `slot` has the sealed size.
    func apply(
        _ slot: inout MutableSpan<UInt8>, index: UInt64, isLast: Bool
    ) throws(PayloadError) {
        switch self {
        case .seal(let sealer):
            try sealer.sealInPlace(&slot, index: index, isLast: isLast)
        case .open(let opener):
            try opener.openInPlace(&slot, index: index, isLast: isLast)
        }
    }
}
