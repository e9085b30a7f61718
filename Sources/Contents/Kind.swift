/// The format that bytes look like.
public enum Kind: UInt8, Sendable, CaseIterable {
    /// Nothing known.
    case none
    // Archives and compressed files.
    case zip, gzip, xz, zstd, bzip2, lz4, sevenZip, rar, tar, ar, cabinet, gitPack
    // Documents.
    case pdf, ole, rtf, postScript, xml, html, json, pem, personalFolders
    // Pictures, sound, film.
    case png, jpeg, gif, tiff, bmp, icon, photoshop, jpeg2000, riff, isoMedia, ogg, flac, mp3, midi
    case matroska
    // Science and medicine.
    case dicom, nifti, europeanData, hdf5, matlab, parquet, arrow, numpy
    // Databases, programs, fonts.
    case sqlite, elf, portableExecutable, javaClass, messageCatalogue, font, webFont, wasm
    // Text by its encoding.
    case textASCII, textUTF8, textUTF16, textEUCJP, textShiftJIS
    // Encrypted on purpose.
    case openPGP, age, saltedOpenSSL, luks
    // Bare compressed streams and compiled scripts.
    case zlib, pythonCode
    // What only the full tier tells apart.
    case officeOpenXML, openDocument, javaArchive, debianPackage
    case wave, webp, avi, heif
    case der, mail, mailbox, hl7, csv, svg
    // High dynamic range, astronomy, MPEG program streams.
    case openEXR, fits, mpeg
    // Type 1 fonts, Qt resources, icon collections.
    case typeOneFont, qtResource, iconCollection
    // Older and rarer archives, packages, and what restores lost pieces of them.
    case lha, arj, unixCompress, lzip, lzma, lzop, cpio, rpm, xar, windowsImage, parity
    // Disks and file systems.
    case virtualDisk, diskImage, squashFS
    // Notes, books, drawings, layouts.
    case oneNote, access, compiledHelp, djvu, palmDatabase, drawing, layout
    // Film, sound, pictures.
    case asf, realMedia, flash, flashVideo, transportStream
    case wavPack, monkeysAudio, adts, amr, gsm, coreAudio, aiff, sunAudio, soundPatch
    case jpegXL, jpegXR, cameraRaw, gimpImage
    // Weather, arrays, medicine, genes, learned weights, places.
    case grib, bufr, netCDF, hdf4, fiff, nrrd, root, avro, cram, gguf, safetensors
    case pointCloud, openStreetMap
    // Databases, logs, captures, shares.
    case redis, lucene, extensibleStorage, registryHive, eventLog, journal, binaryLog
    case writeAheadLog, packetCapture, torrent, gitIndex, keePass
    // Programs and firmware.
    case machO, dalvik, beam, optionROM, firmwareVolume, kernelImage
    // Fonts of old browsers, scenes.
    case embeddedFont, scene
}

/// What the structure of the content says.
public enum Structure: UInt8, Sendable, CaseIterable {
    /// A known format, and nothing cheap speaks against it.
    case recognised
    /// The signature of a known format, but what follows contradicts it.
    case broken
    /// A format that is encrypted on purpose.
    case encryptedContainer
    /// No known format.
    case none
}

/// The verdict on one written file that the scores are built on.
///
/// Source: facts/entropy.md §6.3 and §6.5.
public enum ContentClass: UInt8, Sendable, CaseIterable {
    /// No bytes at all.
    case empty
    /// Too few bytes to judge, and no known format.
    case tooSmall
    /// A known format.
    case recognised
    /// No known format, not random either (A6).
    case unknown
    /// A known signature over content that contradicts it (A4, A5).
    case broken
    /// Encrypted on purpose by a known tool (C).
    case encryptedContainer
    /// No known format, and part of it is random (A3).
    case partlyUniform
    /// Text that decodes to random bytes (A2).
    case encodedUniform
    /// No known format, and random throughout (A1).
    case uniform

    /// Whether the content is random in one of the three ways that count in full.
    public var isStrong: Bool {
        switch self {
        case .uniform, .partlyUniform, .encodedUniform: true
        case .empty, .tooSmall, .recognised, .unknown, .broken, .encryptedContainer: false
        }
    }
}

/// What the cheap tier thinks of one file.
public struct Opinion: Sendable, Equatable {
    /// Shannon entropy of the sample, shown to people and never a verdict.
    public var entropyBitsPerByte: Double
    /// The recognised format.
    public var kind: Kind
    /// What the structure says.
    public var structure: Structure
    /// Chi-square of the sample's bytes, 255 degrees of freedom.
    public var byteChiSquare: Double
    /// Chi-square of the bytes lying across neighbours; infinite when it was not worth counting.
    public var nibbleChiSquare: Double
    /// Whether the first block is uniform.
    public var isHeadUniform: Bool
    /// How many of the blocks, head included, are uniform.
    public var uniformBlockCount: Int
    /// How many blocks, head included, were long enough to judge.
    public var blockCount: Int
    /// The class the scores are built on.
    public var contentClass: ContentClass

    /// Sets what is thought; nothing is known of the head alone.
    public init(
        entropyBitsPerByte: Double, kind: Kind, structure: Structure, byteChiSquare: Double,
        nibbleChiSquare: Double, isHeadUniform: Bool = false, uniformBlockCount: Int,
        blockCount: Int, contentClass: ContentClass
    ) {
        (self.entropyBitsPerByte, self.kind) = (entropyBitsPerByte, kind)
        (self.structure, self.contentClass) = (structure, contentClass)
        (self.byteChiSquare, self.nibbleChiSquare) = (byteChiSquare, nibbleChiSquare)
        (self.uniformBlockCount, self.blockCount) = (uniformBlockCount, blockCount)
        self.isHeadUniform = isHeadUniform
    }
}
