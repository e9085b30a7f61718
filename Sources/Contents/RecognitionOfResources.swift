/// Formats whose content is packed or scrambled, and that are known by few fields.
func recogniseResource(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if b.big16(0) == 0x8001, b.has("%!", at: 6) {
        return .checked(.typeOneFont, UInt64(b.little32(2)) + 6 <= fileByteCount)
    }
    if b.has("qres") {
        // Source: Qt, rcc.cpp (RCCResourceLibrary::writeHeader): version, tree, data, names.
        let places = [b.big32(8), b.big32(12), b.big32(16)]
        let holds = places.allSatisfy { isPlace(UInt64($0), within: fileByteCount) }
        return .checked(.qtResource, (1...3).contains(b.big32(4)) && holds)
    }
    if b.has("icns") {
        return .checked(.iconCollection, UInt64(b.big32(4)) == fileByteCount)
    }
    return nil
}
