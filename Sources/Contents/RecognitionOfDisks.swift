/// Disks, their partitions and file systems, and firmware: what holds whole files of all kinds.
func recogniseDisk(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    switch b.big32(0) {
    case 0x5146_49FB:  // QFI
        return .plausible(.virtualDisk, (1...3).contains(b.big32(4)))
    case 0x4B44_4D56:  // KDMV
        return .plausible(.virtualDisk, (1...3).contains(b.little32(4)))
    case 0x7668_6478 where b.has("vhdxfile"): return .recognised(.virtualDisk)
    case 0x636F_6E65 where b.has("conectix"): return .recognised(.virtualDisk)
    case 0x6873_7173: return squashFS(b, fileByteCount)
    default: break
    }
    if b.little32(64) == 0xBEDA_107F, b.has("<<< ") { return .recognised(.virtualDisk) }
    return fileSystem(b, fileByteCount) ?? partitions(b, fileByteCount)
        ?? firmware(b, fileByteCount)
}

/// Source: Linux, fs/squashfs/squashfs_fs.h: version 4.0, block size 2^n with its n, bytes used.
private func squashFS(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    let log = b.little16(22)
    guard b.little16(28) == 4, (12...20).contains(log), b.little32(12) == 1 << UInt32(log) else {
        return nil
    }
    let used = UInt64(b.little32(40)) | UInt64(b.little32(44)) << 32
    return .plausible(.squashFS, used <= fileByteCount)
}

/// Superblocks that lie in the first 4 KiB, each by its signature and further fields.
private func fileSystem(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    // Source: Linux, Documentation/filesystems/ext4/super.rst: state and error behaviour beside it.
    let isExt =
        b.little16(1080) == 0xEF53 && b.little16(1082) <= 7 && (1...3).contains(b.little16(1084))
        && b.little32(1048) <= 6
    if isExt { return .recognised(.diskImage) }
    if b.has("XFSB"), b.big32(4) >= 512, b.big32(4).nonzeroBitCount == 1 {
        return .recognised(.diskImage)
    }
    // Source: Microsoft, NTFS and FAT boot sectors: a jump, the name, and the mark at 510.
    guard b.big16(510) == 0x55AA, b.byte(0) == 0xEB || b.byte(0) == 0xE9 else { return nil }
    let isNamed =
        b.has("NTFS    ", at: 3) || b.has("EXFAT   ", at: 3) || b.has("FAT", at: 54)
        || b.has("FAT32   ", at: 82)
    return isNamed ? .recognised(.diskImage) : nil
}

/// A table of partitions that lie one after the other, as far as it is filled.
///
/// Source: UEFI 2.10 §5.2 (MBR: four entries at 446, the mark at 510) and §5.3 (GPT at 512).
private func partitions(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    if b.has("EFI PART", at: 512) { return .plausible(.diskImage, b.little32(524) == 92) }
    guard b.big16(510) == 0x55AA, fileByteCount >= 1 << 16 else { return nil }
    var filledCount = 0
    for number in 0..<4 {
        let at = 446 + 16 * number
        guard b.byte(at) == 0 || b.byte(at) == 0x80 else { return nil }
        let (first, size) = (UInt64(b.little32(at + 8)), UInt64(b.little32(at + 12)))
        guard b.byte(at + 4) != 0 else {
            if first != 0 || size != 0 { return nil }
            continue
        }
        guard size > 0, (first + size) * 512 <= fileByteCount + 1 << 20 else { return nil }
        filledCount += 1
    }
    return filledCount > 0 ? .recognised(.diskImage) : nil
}

/// Firmware holds compressed code behind headers of its own.
private func firmware(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    if b.big16(0) == 0x55AA { return optionROM(b, fileByteCount) }
    // Source: UEFI PI 1.7 volume 3 §3.2.1: `_FVH`, then attributes; the header's size and revision.
    if b.has("_FVH", at: 40) {
        let size = b.little16(48)
        return .plausible(
            .firmwareVolume, (72...4096).contains(size) && (1...2).contains(b.byte(55)))
    }
    // Source: Linux, Documentation/arch/x86/boot.rst: the mark at 510, `HdrS` at 514, protocol 2.
    if b.big16(510) == 0x55AA, b.has("HdrS", at: 514), b.byte(519) == 2 {
        // Since 3.3 it is a program of Windows as well, from before that it begins with a jump.
        return .plausible(.kernelImage, b.big16(0) == 0x4D5A || b.big16(0) == 0xEA05)
    }
    // Source: U-Boot, include/image.h: the CRC is taken with its own field as zero.
    guard b.big32(0) == 0x2705_1956 else { return nil }
    let holds = UInt64(b.big32(12)) <= fileByteCount && b.byte(31) <= 16 && b.byte(30) <= 64
    return .plausible(.kernelImage, holds)
}

/// The size in units of 512 bytes, and the PCI data structure that 24 leads to.
///
/// Source: PCI Firmware 3.0 §5.1.1 and §5.1.2.
private func optionROM(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    let byteCount = UInt64(b.byte(2)) * 512
    guard byteCount > 0, byteCount <= fileByteCount else { return nil }
    let place = Int(b.little16(24))
    return b.has("PCIR", at: place) ? .recognised(.optionROM) : nil
}
