import Contents
import Foundation
import Testing

/// Files of many formats, written once in a run by `Formats/make.py` with the tools that are there.
enum FormatCorpus {
    static let files: [String: [UInt8]] = {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("formats-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Formats/make.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path, folder.path]
        process.standardOutput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return [:] }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return [:] }
        var files: [String: [UInt8]] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names {
            let data = FileManager.default.contents(atPath: folder.path + "/" + name)
            files[name] = data.map { Array($0) }
        }
        return files
    }()

    static func names(startingWith prefix: String) -> [String] {
        files.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }
}

/// A format and what an intact file of it comes to.
struct Format: CustomTestStringConvertible, Sendable {
    var name: String
    var kind: Kind
    var finding: StructureFinding
    /// Whether a kept head of 512 bytes cannot hide the rest.
    var seesKeptHead = true

    var testDescription: String { name }
    var bytes: [UInt8]? { FormatCorpus.files[name] }

    static let all: [Format] = [
        Format(name: "zip", kind: .zip, finding: .verified),
        Format(name: "zip-stored", kind: .zip, finding: .verified),
        Format(name: "zip-bzip2", kind: .zip, finding: .verified),
        Format(name: "docx", kind: .officeOpenXML, finding: .verified),
        Format(name: "odt", kind: .openDocument, finding: .verified),
        Format(name: "jar", kind: .javaArchive, finding: .verified),
        Format(name: "gz", kind: .gzip, finding: .verified),
        Format(name: "xz", kind: .xz, finding: .verified),
        Format(name: "bz2", kind: .bzip2, finding: .verified),
        Format(name: "zlib", kind: .zlib, finding: .verified),
        Format(name: "sized-zlib", kind: .zlib, finding: .verified),
        Format(name: "lazy-load", kind: .zlib, finding: .verified),
        Format(name: "zst", kind: .zstd, finding: .verified),
        Format(name: "zst-long", kind: .zstd, finding: .walked, seesKeptHead: false),
        Format(name: "lz4", kind: .lz4, finding: .verified),
        Format(name: "archive.7z", kind: .sevenZip, finding: .walked),
        Format(name: "many.7z", kind: .sevenZip, finding: .walked),
        Format(name: "rar", kind: .rar, finding: .walked),
        Format(name: "tar", kind: .tar, finding: .walked),
        Format(name: "tar-size", kind: .tar, finding: .walked),
        Format(name: "tar-pax", kind: .tar, finding: .walked),
        Format(name: "deb", kind: .debianPackage, finding: .verified),
        Format(name: "cab", kind: .cabinet, finding: .walked),
        Format(name: "gitpack", kind: .gitPack, finding: .verified),
        Format(name: "png", kind: .png, finding: .verified),
        Format(name: "jpg", kind: .jpeg, finding: .walked),
        Format(name: "gif", kind: .gif, finding: .walked),
        Format(name: "bmp", kind: .bmp, finding: .walked),
        Format(name: "tiff", kind: .tiff, finding: .walked),
        Format(name: "exr", kind: .openEXR, finding: .walked),
        Format(name: "mpg", kind: .mpeg, finding: .walked),
        Format(name: "webp", kind: .webp, finding: .walked, seesKeptHead: false),
        Format(name: "heic", kind: .heif, finding: .walked, seesKeptHead: false),
        Format(name: "mp4", kind: .isoMedia, finding: .walked),
        Format(name: "jp2", kind: .jpeg2000, finding: .walked),
        Format(name: "psd", kind: .photoshop, finding: .walked, seesKeptHead: false),
        Format(name: "wav", kind: .wave, finding: .walked),
        Format(name: "avi", kind: .avi, finding: .walked, seesKeptHead: false),
        Format(name: "ogg", kind: .ogg, finding: .verified),
        Format(name: "flac", kind: .flac, finding: .verified),
        Format(name: "mp3", kind: .mp3, finding: .walked),
        Format(name: "mid", kind: .midi, finding: .walked),
        Format(name: "mkv", kind: .matroska, finding: .walked),
        Format(name: "pdf", kind: .pdf, finding: .walked),
        Format(name: "doc", kind: .ole, finding: .walked),
        Format(name: "rtf", kind: .rtf, finding: .walked),
        Format(name: "pst", kind: .personalFolders, finding: .walked, seesKeptHead: false),
        Format(name: "sqlite", kind: .sqlite, finding: .walked),
        Format(name: "dcm", kind: .dicom, finding: .walked),
        Format(name: "dcm-implicit", kind: .dicom, finding: .walked),
        Format(name: "nii", kind: .nifti, finding: .walked),
        Format(name: "edf", kind: .europeanData, finding: .walked),
        Format(name: "fits", kind: .fits, finding: .walked),
        Format(name: "hdf5", kind: .hdf5, finding: .walked, seesKeptHead: false),
        Format(name: "parquet", kind: .parquet, finding: .walked),
        Format(name: "arrow", kind: .arrow, finding: .walked),
        Format(name: "npy", kind: .numpy, finding: .walked),
        Format(name: "npz", kind: .zip, finding: .verified),
        Format(name: "mat", kind: .matlab, finding: .walked),
        Format(name: "elf", kind: .elf, finding: .walked),
        Format(name: "pe", kind: .portableExecutable, finding: .walked, seesKeptHead: false),
        Format(name: "class", kind: .javaClass, finding: .walked),
        Format(name: "pyc", kind: .pythonCode, finding: .walked),
        Format(name: "wasm", kind: .wasm, finding: .walked, seesKeptHead: false),
        Format(name: "mo", kind: .messageCatalogue, finding: .walked),
        Format(name: "ttf", kind: .font, finding: .verified),
        Format(name: "pfb", kind: .typeOneFont, finding: .walked),
        Format(name: "icns", kind: .iconCollection, finding: .walked),
        Format(name: "woff", kind: .webFont, finding: .verified),
        Format(name: "woff2", kind: .webFont, finding: .walked, seesKeptHead: false),
    ]

    static let texts: [Format] = [
        Format(name: "txt", kind: .textASCII, finding: .walked),
        Format(name: "txt-utf8", kind: .textUTF8, finding: .walked),
        Format(name: "txt-utf16", kind: .textUTF16, finding: .walked),
        Format(name: "txt-euc", kind: .textEUCJP, finding: .walked),
        Format(name: "txt-sjis", kind: .textShiftJIS, finding: .walked),
        Format(name: "csv", kind: .csv, finding: .walked),
        Format(name: "json", kind: .json, finding: .walked),
        Format(name: "xml", kind: .xml, finding: .walked),
        Format(name: "html", kind: .html, finding: .walked),
        Format(name: "svg", kind: .svg, finding: .walked),
        Format(name: "hl7", kind: .hl7, finding: .walked),
        Format(name: "eml", kind: .mail, finding: .walked),
        Format(name: "mbox", kind: .mailbox, finding: .walked),
        Format(name: "cert.pem", kind: .pem, finding: .walked),
        Format(name: "key.pem", kind: .pem, finding: .walked),
    ]

    /// Small formats, and one that is only known while it is whole.
    static let small: [Format] = [
        Format(name: "zipapp", kind: .zip, finding: .verified),
        Format(name: "ico", kind: .icon, finding: .walked),
        Format(name: "der", kind: .der, finding: .walked),
        Format(name: "gitindex", kind: .gitPack, finding: .walked),
    ]
}

/// Stands for a cipher: its output cannot be told from random bytes.
func encrypt(_ bytes: [UInt8], where isEncrypted: (Int) -> Bool) -> [UInt8] {
    let noise = SeededBytes.bytes(bytes.count, seed: 77)
    return bytes.indices.map { isEncrypted($0) ? noise[$0] : bytes[$0] }
}
