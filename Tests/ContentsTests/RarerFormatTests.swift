import Testing

@testable import Contents

/// Heads of formats that a file server holds few of; zeros follow, as `Signature` says.
private let signatures = [
    Signature(hex: "'LZIP 01 17", kind: .lzip),
    Signature(hex: "'LZIP 07 17", kind: .none, structure: .none),
    Signature(hex: "894C5A4F 000D0A1A0A", kind: .lzop),
    Signature(
        hex: "EDABEEDB 0300 0000", kind: .rpm,
        later: (76, "0001 0005")
    ).with(96, "8EADE801"),
    Signature(hex: "'xar! 001C 0001", kind: .xar),
    Signature(hex: "'MSWIM 000000 D0000000", kind: .windowsImage, later: (40, "0100 0100")),
    Signature(hex: "'PAR2 00 'PKT 6400000000000000", kind: .parity),
    Signature(hex: "1F9D90 61C4 88", kind: .unixCompress),
    Signature(hex: "1F9D90 FFFFFFFF", kind: .none, structure: .none),
    Signature(hex: "5D 00008000 FFFFFFFFFFFFFFFF 00 11", kind: .lzma),
    Signature(hex: "5D 00008000 FFFFFFFFFFFFFFFF 01 11", kind: .none, structure: .none),
    Signature(hex: "5D 00008100 FFFFFFFFFFFFFFFF 00 11", kind: .none, structure: .none),
    Signature(hex: "1C00 '-lh5- 40000000 80000000 00000000 20 02", kind: .lha),
    Signature(hex: "1C00 '-lh5- 40000000 80000000 00000000 20 07", kind: .none, structure: .none),
    Signature(hex: "5146 49FB 00000003", kind: .virtualDisk),
    Signature(hex: "'KDMV 01000000", kind: .virtualDisk),
    Signature(hex: "'vhdxfile", kind: .virtualDisk),
    Signature(hex: "'<<<", kind: .none, structure: .none, later: (64, "7F10DABE")),
    Signature(
        hex: "'hsqs", kind: .squashFS, later: (12, "00000200 00000000 0000 1100 00000000 0400")),
    Signature(
        hex: "'hsqs", kind: .none, structure: .none,
        later: (12, "00000200 00000000 0000 1000 00000000 0400")),
    Signature(hex: "EB5290 'NTFS 20202020", kind: .diskImage, later: (510, "55AA")),
    Signature(hex: "00", kind: .diskImage, later: (512, "'EFI 20 'PART 00000100 5C000000")),
    Signature(hex: "55AA 01", kind: .optionROM, later: (24, "4000")).with(64, "'PCIR"),
    Signature(hex: "55AA 09", kind: .none, structure: .none, later: (24, "4000")).with(64, "'PCIR"),
    Signature(hex: "00", kind: .firmwareVolume, later: (40, "'_FVH FFFE0400 4800 0000 000000 02")),
    Signature(hex: "EA05", kind: .kernelImage, later: (510, "55AA EB66 'HdrS 0D02")),
    Signature(hex: "27051956 00000000 00000000 00000100", kind: .kernelImage),
    Signature(hex: "E4525C7B 8CD8A74D", kind: .oneNote),
    Signature(hex: "'ITSF 03000000 60000000", kind: .compiledHelp),
    Signature(hex: "'AT&TFORM 00000100 'DJVM", kind: .djvu),
    Signature(hex: "'AC1032 0000000000", kind: .drawing),
    Signature(hex: "'Book", kind: .palmDatabase, later: (60, "'BOOKMOBI 00000000 00000000 0005")),
    Signature(hex: "'REDIS0009", kind: .redis),
    Signature(hex: "3FD76C17 03 'abc", kind: .lucene),
    Signature(hex: "'regf", kind: .registryHive, later: (20, "01000000 05000000")),
    Signature(hex: "'LPKSHHRH", kind: .journal),
    Signature(hex: "377F0682 002DE218 00001000", kind: .writeAheadLog),
    Signature(hex: "'DIRC 00000002 00000010", kind: .gitIndex),
    Signature(hex: "D4C3B2A1 02000400", kind: .packetCapture),
    Signature(hex: "D4C3B2A1 02000500", kind: .none, structure: .none),
    Signature(hex: "03D9A29A 67FB4BB5", kind: .keePass, structure: .encryptedContainer),
    Signature(hex: "00000000 EFCDAB89 20060000", kind: .extensibleStorage),
    Signature(hex: "'d8:announce", kind: .torrent),
    Signature(hex: "3026B275 8E66CF11", kind: .asf, later: (28, "0102")),
    Signature(hex: "'.RMF 00000012 0000", kind: .realMedia),
    Signature(hex: "'FLV 01 05 00000009", kind: .flashVideo),
    Signature(hex: "'wvpk 00010000 1004", kind: .wavPack),
    Signature(hex: "'caff 00010000 'desc", kind: .coreAudio),
    Signature(hex: "'FORM 00000200 'AIFF", kind: .aiff),
    Signature(hex: "'.snd 00000018 00000000 00000001", kind: .sunAudio),
    Signature(hex: "'GF1PATCH110 00 'ID#000002", kind: .soundPatch),
    Signature(hex: "0000000C 'JXL 20 0D0A870A", kind: .jpegXL),
    Signature(hex: "4949BC01 20000000", kind: .jpegXR),
    Signature(hex: "'gimp 20 'xcf 20 'v011 00", kind: .gimpImage),
    Signature(hex: "'FUJIFILMCCD-RAW", kind: .cameraRaw),
    Signature(hex: "'CWS 0A 00010000 789C", kind: .flash),
    Signature(hex: "'GRIB 000100 01", kind: .grib),
    Signature(hex: "'GRIB 000100 07", kind: .none, structure: .none),
    Signature(hex: "'BUFR 000100 04", kind: .bufr),
    Signature(hex: "'CDF 01 00000000 0000000A", kind: .netCDF),
    Signature(hex: "0E031301 0010", kind: .hdf4),
    Signature(hex: "00000064 0000001F 00000014", kind: .fiff),
    Signature(hex: "'NRRD0004", kind: .nrrd),
    Signature(hex: "'root 0000F0D1 00000064", kind: .root),
    Signature(hex: "'root:x:0:0:root:/root", kind: .none, structure: .none),
    Signature(hex: "'Obj 01 04 16 'avro.schema", kind: .avro),
    Signature(hex: "'CRAM 03 00", kind: .cram),
    Signature(hex: "'GGUF 03000000 10000000 00000000", kind: .gguf),
    Signature(hex: "'LASF", kind: .pointCloud, later: (24, "0102")),
    Signature(hex: "0000000D 0A09 'OSMHeader", kind: .openStreetMap),
    Signature(hex: "4000000000000000 '{\"a", kind: .safetensors),
    Signature(hex: "CFFAEDFE 07000001 03000000 02000000", kind: .machO),
    Signature(hex: "'dex 0A 03350000", kind: .none, structure: .none),
    Signature(hex: "'FOR1 00000100 'BEAM", kind: .beam),
    Signature(hex: "58020000 A0010000 01000200", kind: .embeddedFont, later: (34, "4C50")),
    Signature(
        hex: "59020000 A0010000 01000200", kind: .none, structure: .none, later: (34, "4C50")),
    Signature(hex: "'glTF 02000000 58020000 40000000 'JSON", kind: .scene),
    Signature(hex: "'glTF 02000000 59020000 40000000 'JSON", kind: .none, structure: .none),
    Signature(hex: "'xof 20 '0303bzip0032", kind: .scene),
    Signature(hex: "000003DB 'Z E0 03DA 0120 5D", kind: .lzma),
    Signature(hex: "000003DB 'Z E0 03DB 0120 5D", kind: .none, structure: .none),
]

extension Signature {
    /// Further bytes; the place has to lie within 600.
    fileprivate func with(_ offset: Int, _ hex: String) -> Signature {
        var copy = self
        copy.further = (offset, hex)
        return copy
    }
}

@Test("rarer formats are known by several fields", arguments: signatures)
func rarerSignature(signature: Signature) {
    let found = recognise(head: signature.bytes.span, fileByteCount: 600)
    #expect(found.kind == signature.kind)
    #expect(found.structure == signature.structure)
}

@Test("random bytes are none of them, whatever two bytes they begin with")
func randomHeads() {
    let random = SeededBytes.bytes(200_000, seed: 21)
    var known: [Kind: Int] = [:]
    for start in 0..<(random.count - 4096) {
        let head = random.span.extracting(start..<(start + 4096))
        let kind = recognise(head: head, fileByteCount: 33 * 4096).kind
        if kind.rawValue > Kind.iconCollection.rawValue { known[kind, default: 0] += 1 }
    }
    #expect(known.isEmpty)
}

private let prefixes: [[UInt8]] = [
    [0x1F, 0x9D, 0x90], [0x60, 0xEA], [0x55, 0xAA], [0xFF, 0xF1], [0x47], [0xD0], [0x5D, 0, 0],
    [0x4F, 0x52], [0, 0, 0, 0],
]

@Test("random bytes behind a short signature are none of them", arguments: prefixes)
func randomBehindPrefix(prefix: [UInt8]) {
    let random = SeededBytes.bytes(24_000, seed: 22)
    var known = 0
    for start in 0..<(random.count - 4096) {
        let head = prefix + random[(start + prefix.count)..<(start + 4096)]
        let kind = recognise(head: head.span, fileByteCount: 33 * 4096).kind
        if kind.rawValue > Kind.iconCollection.rawValue { known += 1 }
    }
    // A table of LZW codes and a frame's fields may hold by chance, hardly ever.
    #expect(known <= 1)
}

/// Frames that say how long they are, and how the same is broken.
private struct Frames: CustomTestStringConvertible, Sendable {
    var kind: Kind
    var bytes: [UInt8]
    /// A place whose change contradicts the format.
    var vital: Int

    var testDescription: String { "\(kind)" }
}

private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

private let frames: [Frames] = [
    Frames(
        kind: .transportStream,
        bytes: (0..<60).flatMap { [0x47] + SeededBytes.bytes(187, seed: 30 + $0) }, vital: 188 * 50),
    Frames(
        kind: .gsm, bytes: (0..<200).flatMap { [0xD5] + SeededBytes.bytes(32, seed: 40 + $0) },
        vital: 33 * 150),
    Frames(
        kind: .adts,
        bytes: (0..<40).flatMap {
            [0xFF, 0xF1, 0x50, 0x80, 0x20, 0x1F, 0xFC] + SeededBytes.bytes(249, seed: 50 + $0)
        }, vital: 256 * 30),
    Frames(
        kind: .flashVideo,
        bytes: text("FLV") + [1, 5, 0, 0, 0, 9, 0, 0, 0, 0]
            + (0..<20).flatMap {
                [9, 0, 1, 0] + [0, 0, 0, 0, 0, 0, 0] + SeededBytes.bytes(256, seed: 60 + $0)
                    + [0, 0, 1, 11]
            }, vital: 13 + 271 * 3 + 2),
    Frames(
        kind: .aiff,
        bytes: text("FORM") + [0, 0, 0x10, 12] + text("AIFFCOMM") + [0, 0, 0, 0]
            + text("SSND") + [0, 0, 0x0F, 0xF8] + SeededBytes.bytes(4096, seed: 70), vital: 20),
    Frames(
        kind: .asf,
        bytes: [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11] + [UInt8](repeating: 7, count: 8)
            + [30, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 1, 2] + SeededBytes.bytes(16, seed: 71)
            + [0, 16, 0, 0, 0, 0, 0, 0] + SeededBytes.bytes(4072, seed: 72), vital: 50),
    Frames(
        kind: .packetCapture,
        bytes: [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + [UInt8](repeating: 0, count: 16)
            + (0..<20).flatMap {
                [0, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0]
                    + SeededBytes.bytes(200, seed: 80 + $0)
            }, vital: 24 + 216 * 5 + 11),
    Frames(
        kind: .optionROM,
        bytes: (0..<2).flatMap { number -> [UInt8] in
            var image = SeededBytes.bytes(2048, seed: 90 + UInt64(number))
            image.replaceSubrange(0..<3, with: [0x55, 0xAA, 4])
            image.replaceSubrange(24..<26, with: [32, 0])
            image.replaceSubrange(32..<36, with: text("PCIR"))
            image.replaceSubrange(48..<50, with: [4, 0])
            image[53] = number == 1 ? 0x80 : 0
            return image
        }, vital: 2048),
]

@Test(
    "random parts of a sound structure are no attack, and a wrong part breaks it", arguments: frames
)
private func followed(frames: Frames) {
    let sound = FullJudge.judge(frames.bytes)
    #expect(sound.kind == frames.kind)
    #expect(sound.structure == .walked)
    #expect(sound.judgementClass == .recognised)
    #expect(judged(frames.bytes).contentClass == .recognised)
    var bytes = frames.bytes
    bytes[frames.vital] ^= 0x80
    #expect(FullJudge.judge(bytes).structure == .broken)
}

@Test(
    "a disc of random files is a disc, and zeros before ciphertext hide it from the first look only"
)
func disc() {
    var bytes = [UInt8](repeating: 0, count: 32_768)
    for type: UInt8 in [1, 255] {
        bytes += [type] + text("CD001") + [1] + [UInt8](repeating: 0, count: 2041)
    }
    let files = SeededBytes.bytes(200_000, seed: 99)
    #expect(FullJudge.judge(bytes + files).judgementClass == .recognised)
    #expect(judged(bytes + files).contentClass == .unknown)
    let hidden = [UInt8](repeating: 0, count: 4096) + files
    #expect(FullJudge.judge(hidden).judgementClass == .partlyUniform)
}

@Test("arrays of numbers are not partly random")
func numbers() {
    var generator = SeededBytes(seed: 5)
    let floats = (0..<4000).flatMap { _ -> [UInt8] in
        let value = Float.random(in: 0..<1, using: &generator)
        return (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    #expect(judged(floats).contentClass == .unknown)
    #expect(FullJudge.judge(floats).judgementClass == .unknown)
    let mixed = (0..<floats.count).map { i in
        i / 16 % 2 == 0
            ? UInt8(truncatingIfNeeded: generator.next() >> 56) : floats[i] & 0x3F | 0x40
    }
    #expect(FullJudge.judge(mixed).judgementClass == .partlyUniform)
}
