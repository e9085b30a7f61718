import Testing

@testable import Contents

/// The head of a format, by hand; zeros follow up to 600 bytes.
struct Signature: CustomTestStringConvertible, Sendable {
    var hex: String
    var kind: Kind
    var structure: Structure = .recognised
    /// More bytes at another place.
    var later: (offset: Int, hex: String)?
    var further: (offset: Int, hex: String)?

    var testDescription: String { "\(kind) \(structure) \(hex)" }

    var bytes: [UInt8] {
        var bytes = Self.decode(hex)
        bytes += [UInt8](repeating: 0, count: max(0, 600 - bytes.count))
        for more in [later, further].compactMap(\.self) {
            for (i, byte) in Self.decode(more.hex).enumerated() { bytes[more.offset + i] = byte }
        }
        return bytes
    }

    /// Hexadecimal, with text between quotation marks.
    private static func decode(_ hex: String) -> [UInt8] {
        hex.split(separator: " ").flatMap { word -> [UInt8] in
            if word.hasPrefix("'") { return Array(word.dropFirst().utf8) }
            return stride(from: 0, to: word.utf8.count, by: 2).compactMap {
                UInt8(word.dropFirst($0).prefix(2), radix: 16)
            }
        }
    }
}

private let signatures = [
    Signature(
        hex: "'PK 0304 1400 0000 0800 00000000 00000000 00000000 00000000 0500 0000 'a.txt",
        kind: .zip),
    Signature(
        hex: "'PK 0304 1400 0100 0800 00000000 00000000 00000000 00000000 0500 0000 'a.txt",
        kind: .zip, structure: .encryptedContainer),
    Signature(
        hex: "'PK 0304 1400 0000 0800 00000000 00000000 00000000 00000000 FFFF 0000 'a.txt",
        kind: .zip, structure: .broken),
    Signature(hex: "'PK 0506 0000 0000 00000000", kind: .zip),
    Signature(hex: "1F8B0800 00000000 0003", kind: .gzip),
    Signature(hex: "1F8B08E0 00000000 0003", kind: .none, structure: .none),
    Signature(hex: "FD377A585A00 0004 E6D6B446", kind: .xz),
    Signature(hex: "FD377A585A00 0004 00000000", kind: .xz, structure: .broken),
    Signature(hex: "28B52FFD 24", kind: .zstd),
    Signature(hex: "28B52FFD 2C", kind: .zstd, structure: .broken),
    Signature(hex: "'BZh9 314159265359", kind: .bzip2),
    Signature(hex: "'BZh9 314159FF5359", kind: .bzip2, structure: .broken),
    Signature(hex: "04224D18 6440", kind: .lz4),
    Signature(hex: "377ABCAF271C 0004 00000000", kind: .sevenZip, structure: .broken),
    Signature(hex: "'Rar! 1A0701 00 00000000 0C 01", kind: .rar),
    Signature(hex: "'Rar! 1A0701 00 00000000 21 04", kind: .rar, structure: .encryptedContainer),
    Signature(hex: "'Rar! 1A0700 CF90 73 0000 0D00", kind: .rar),
    Signature(hex: "'Rar! 1A0700 CF90 73 8000 0D00", kind: .rar, structure: .encryptedContainer),
    Signature(hex: "61", kind: .tar, structure: .broken, later: (257, "'ustar 00")),
    Signature(hex: "'!<arch> 0A", kind: .ar, later: (66, "600A")),
    Signature(hex: "'!<arch> 0A", kind: .ar, structure: .broken),
    Signature(hex: "'PACK 00000002", kind: .gitPack),
    Signature(hex: "'%PDF-1.7 0A '1 20 '0 20 'obj", kind: .pdf),
    Signature(hex: "'%PDF-1.7 0A FFFE", kind: .pdf, structure: .broken),
    Signature(
        hex: "89 'PNG 0D0A1A0A 0000000D 'IHDR 00000001 00000001 08 02 000000 907753DE", kind: .png),
    Signature(hex: "89 'PNG 0D0A1A0A 12345678 9ABCDEF0", kind: .png, structure: .broken),
    Signature(
        hex: "FFD8FFE0 0010 'JFIF 00 0101 00 0001 0001 0000 FFDB", kind: .jpeg, structure: .broken
    ),
    Signature(
        hex: "FFD8FFE0 0010 'JFIF 00 0101 00 0001 0001 0000 FFDA 0004 0000 55FF00FFD9",
        kind: .jpeg),
    Signature(
        hex: "FFD8FFE0 0010 'JFIF 00 0101 00 0001 0001 0000 1234", kind: .jpeg, structure: .broken
    ),
    Signature(hex: "'GIF89a 0100 0100 00 00 00 2C", kind: .gif),
    Signature(hex: "'GIF89a 0100 0100 00 00 00 99", kind: .gif, structure: .broken),
    Signature(hex: "'RIFF 24000000 'WAVEfmt 20 10000000", kind: .riff),
    Signature(hex: "'RIFF 24000000 'WEBPVP8L", kind: .riff),
    Signature(hex: "'RIFF 24000000 99AABBCC", kind: .riff, structure: .broken),
    Signature(hex: "49492A00 08000000", kind: .tiff),
    Signature(hex: "4D4D002A FFFFFFFF", kind: .tiff, structure: .broken),
    Signature(
        hex: "'BM 36000000 00000000 36000000 28000000 01000000 01000000 0100 1800", kind: .bmp),
    Signature(hex: "'BM 36000000 00000000 36000000 99000000", kind: .none, structure: .none),
    Signature(hex: "00000018 'ftypmp42", kind: .isoMedia),
    Signature(hex: "0000000C 6A502020 0D0A870A 00000014 'ftypjp2", kind: .jpeg2000),
    Signature(hex: "'OggS 0002", kind: .ogg),
    Signature(hex: "'fLaC 7F123456 00", kind: .flac, structure: .broken),
    Signature(hex: "'fLaC 00 000022", kind: .flac),
    Signature(hex: "'ID3 0400 00 00000023", kind: .mp3),
    Signature(hex: "'ID3 0400 00 FF000023", kind: .none, structure: .none),
    Signature(hex: "FFFB9064", kind: .none, structure: .none),
    Signature(hex: "1A45DFA3 9F 4282 84 'webm", kind: .matroska),
    Signature(hex: "'SQLite 20 'format 20 '3 00 1000 0101 00 402020", kind: .sqlite),
    Signature(
        hex: "'SQLite 20 'format 20 '3 00 1234 0101 00 402020", kind: .sqlite, structure: .broken),
    Signature(hex: "D0CF11E0A1B11AE1", kind: .ole, later: (24, "3E00 0300 FEFF 0900 0600")),
    Signature(hex: "D0CF11E0A1B11AE1", kind: .ole, structure: .broken),
    Signature(hex: "'{\\rtf1\\ansi{\\fonttbl", kind: .rtf),
    Signature(hex: "00", kind: .dicom, later: (128, "'DICM 02000000 'UL 0400")),
    Signature(hex: "00", kind: .dicom, structure: .broken, later: (128, "'DICM FF99")),
    Signature(hex: "5C010000", kind: .nifti, later: (344, "'n+1")),
    Signature(hex: "89 'HDF 0D0A1A0A 00", kind: .hdf5),
    Signature(hex: "'PAR1 1504", kind: .parquet),
    Signature(hex: "'ARROW1 0000", kind: .arrow),
    Signature(hex: "93 'NUMPY 0100 7600 '{'descr':", kind: .numpy),
    Signature(hex: "7F 'ELF 020101", kind: .elf),
    Signature(hex: "7F 'ELF 999999", kind: .elf, structure: .broken),
    Signature(hex: "'MZ", kind: .portableExecutable, later: (60, "80000000 ")),
    Signature(hex: "'MZ 1234", kind: .none, structure: .none),
    Signature(hex: "CAFEBABE 0000 0034", kind: .javaClass),
    Signature(hex: "00010000 000C 0080 0003 0040 'GDEF", kind: .font),
    Signature(hex: "'wOF2 00010000 00000100 000C 0000", kind: .webFont),
    Signature(hex: "7801 4B 4A4D4CCA", kind: .zlib),
    Signature(hex: "7802 4B 4A4D4CCA", kind: .none, structure: .none),
    Signature(hex: "789C 07 4A4D4CCA", kind: .none, structure: .none),
    Signature(hex: "00000010 7801 4B 4A4D4CCA", kind: .zlib),
    Signature(hex: "01000010 7801 4B 4A4D4CCA", kind: .none, structure: .none),
    Signature(hex: "762F3101 02000000", kind: .openEXR),
    Signature(hex: "762F3101 12345678", kind: .openEXR, structure: .broken),
    Signature(hex: "000001BA 4400", kind: .mpeg),
    Signature(hex: "000001BA 9900", kind: .mpeg, structure: .broken),
    // A key of 600 bytes, whose size the sequence states.
    Signature(hex: "3082 0254 0201 00 300D", kind: .der),
    Signature(hex: "3082 0255 0201 00 300D", kind: .none, structure: .none),
    Signature(hex: "3082 0254 FF01 00 300D", kind: .none, structure: .none),
    Signature(hex: "8001 40000000 '%!PS-AdobeFont", kind: .typeOneFont),
    Signature(hex: "8001 FFFFFF7F '%!PS-AdobeFont", kind: .typeOneFont, structure: .broken),
    Signature(hex: "'qres 00000001 00000040 00000020 00000030", kind: .qtResource),
    Signature(
        hex: "'qres 00000009 00000040 00000020 00000030", kind: .qtResource, structure: .broken),
    Signature(hex: "'icns 00000258", kind: .iconCollection),
    Signature(hex: "'icns 00000259", kind: .iconCollection, structure: .broken),
    Signature(hex: "A70D0D0A 00000000", kind: .pythonCode),
    Signature(hex: "4A4D0100 'PK 0304", kind: .zip),
    Signature(hex: "'!BDN 00000000 'SM", kind: .personalFolders),
    Signature(hex: "'Salted__", kind: .saltedOpenSSL, structure: .encryptedContainer),
    Signature(hex: "'age-encryption.org/v1 0A", kind: .age, structure: .encryptedContainer),
    Signature(hex: "'LUKS BABE 0002", kind: .luks, structure: .encryptedContainer),
    Signature(
        hex: "8C0D 04 09 03 08 0011223344556677 60 D2", kind: .openPGP,
        structure: .encryptedContainer),
]

@Test("signatures are known, and contradictions break them", arguments: signatures)
func signature(signature: Signature) {
    var bytes = signature.bytes
    if signature.kind == .portableExecutable {
        bytes.replaceSubrange(128..<132, with: [0x50, 0x45, 0, 0])
    }
    let opinion = judged(bytes)
    #expect(opinion.kind == signature.kind)
    #expect(opinion.structure == signature.structure)
}

/// Texts and what they are.
private let texts: [(bytes: [UInt8], kind: Kind)] = [
    (Array("Plain words, and a line.\r\n".utf8), .textASCII),
    (Array("言葉と行。カナリア。\n".utf8), .textUTF8),
    (Array("<?xml version=\"1.0\"?><a>カナリア</a>".utf8), .xml),
    (Array("<!DOCTYPE html><html></html>".utf8), .html),
    (Array("{\"name\": [1, 2]}".utf8), .json),
    (Array("-----BEGIN CERTIFICATE-----\nMIIB\n".utf8), .pem),
    ([0xFF, 0xFE, 0x41, 0x00, 0x42, 0x30], .textUTF16),
    ([0xFE, 0xFF, 0x00, 0x41, 0x30, 0x42], .textUTF16),
    // "カナリア" in EUC-JP and in Shift_JIS.
    ([0xA5, 0xAB, 0xA5, 0xCA, 0xA5, 0xEA, 0xA5, 0xA2], .textEUCJP),
    ([0x83, 0x4A, 0x83, 0x69, 0x83, 0x8A, 0x83, 0x41], .textShiftJIS),
]

@Test("texts are known by validity", arguments: 0..<texts.count)
func text(index: Int) {
    let repeated = Array(repeatElement(texts[index].bytes, count: 400).joined())
    #expect(judged(texts[index].bytes).kind == texts[index].kind)
    // UTF-16 is repeated without its mark, which is no character of a text.
    if texts[index].kind != .textUTF16 { #expect(judged(repeated).kind == texts[index].kind) }
}

@Test("a random body belies the head of a program")
func bodyContradicts() {
    var bytes = SeededBytes.bytes(100_000, seed: 5)
    bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
    #expect(judged(bytes).contentClass == .broken)
}

@Test("no truncated or damaged head can stop the judge", arguments: signatures)
func damagedHeads(signature: Signature) {
    let bytes = Array(signature.bytes.prefix(400))
    for count in 0...bytes.count {
        _ = judged(Array(bytes.prefix(count)))
        _ = recognise(head: Array(bytes.prefix(count)).span, fileByteCount: .max)
    }
    var generator = SeededBytes(seed: UInt64(signature.hex.utf8.count))
    for _ in 0..<500 {
        var damaged = bytes
        for _ in 0..<3 {
            let place = Int.random(in: 0..<64, using: &generator)
            damaged[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        }
        let count = Int.random(in: 0...damaged.count, using: &generator)
        _ = recognise(head: Array(damaged.prefix(count)).span, fileByteCount: UInt64(count))
    }
}

@Test("offsets and sizes at the end of the number range are judged")
func extremeSizes() {
    let bytes = SeededBytes.bytes(4096, seed: 1)
    for size in [0, 1, 4096, UInt64.max - 1, UInt64.max] {
        let plan = SamplePlan(fileByteCount: size, salt: .max)
        var judge = SampleJudge(fileByteCount: size)
        judge.add(block: bytes.span, at: 0)
        for i in 0..<plan.count { judge.add(block: bytes.span, at: plan[i]) }
        judge.add(block: bytes.span, at: .max)
        #expect(judge.opinion().contentClass.isStrong)
    }
}
