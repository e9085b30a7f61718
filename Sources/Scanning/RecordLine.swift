internal import Contents
internal import Control
internal import FoundationEssentials
internal import Linux

/// One line of a record of a scan: the first, one for each file, the last.
enum RecordLine: Equatable {
    case start(roots: [BytePath], seconds: Int64)
    case file(ScannedFile)
    case end(fileCount: Int)
}

extension RecordLine: Codable {
    private enum Key: String, CodingKey {
        case kanariaScan, roots, started
        case root, path, rawPath, bytes, inode, modified, changed, `class`, kind, structure, entropy
        case note
        case end, files
    }

    static let version = 1

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func fault(_ key: Key) -> DecodingError {
            .dataCorruptedError(forKey: key, in: values, debugDescription: "not of a record")
        }
        if let version = try values.decodeIfPresent(Int.self, forKey: .kanariaScan) {
            guard version == Self.version else { throw fault(.kanariaScan) }
            let roots = try values.decode([CarriedPath].self, forKey: .roots)
            self = .start(
                roots: roots.map(\.path), seconds: try values.decode(Int64.self, forKey: .started))
            return
        }
        if try values.decodeIfPresent(Bool.self, forKey: .end) == true {
            self = .end(fileCount: try values.decode(Int.self, forKey: .files))
            return
        }
        func value<Value: CaseIterable>(_ key: Key, _: Value.Type) throws -> Value {
            let name = try values.decode(String.self, forKey: key)
            guard let value = Value.allCases.first(where: { "\($0)" == name }) else {
                throw fault(key)
            }
            return value
        }
        self = .file(
            ScannedFile(
                place: ScannedPlace(
                    root: try values.decode(Int.self, forKey: .root),
                    path: try CarriedPath(from: decoder).path),
                byteCount: try values.decode(UInt64.self, forKey: .bytes),
                inode: try values.decode(UInt64.self, forKey: .inode),
                modified: try values.decode(Int64.self, forKey: .modified),
                changed: try values.decode(Int64.self, forKey: .changed),
                judgementClass: try value(.class, JudgementClass.self),
                kind: try value(.kind, Kind.self),
                structure: try value(.structure, StructureFinding.self),
                entropyBitsPerByte: try values.decode(Double.self, forKey: .entropy),
                noteDigest: try values.decodeIfPresent(String.self, forKey: .note)))
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        switch self {
        case .start(let roots, let seconds):
            try values.encode(Self.version, forKey: .kanariaScan)
            try values.encode(roots.map { CarriedPath($0) }, forKey: .roots)
            try values.encode(seconds, forKey: .started)
        case .end(let count):
            try values.encode(true, forKey: .end)
            try values.encode(count, forKey: .files)
        case .file(let file):
            try CarriedPath(file.place.path).encode(to: encoder)
            try values.encode(file.place.root, forKey: .root)
            try values.encode(file.byteCount, forKey: .bytes)
            try values.encode(file.inode, forKey: .inode)
            try values.encode(file.modified, forKey: .modified)
            try values.encode(file.changed, forKey: .changed)
            try values.encode("\(file.judgementClass)", forKey: .class)
            try values.encode("\(file.kind)", forKey: .kind)
            try values.encode("\(file.structure)", forKey: .structure)
            try values.encode((file.entropyBitsPerByte * 1000).rounded() / 1000, forKey: .entropy)
            try values.encodeIfPresent(file.noteDigest, forKey: .note)
        }
    }

    /// The line with its line feed.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only infinite numbers could fail, and entropies are none.
        return ((try? encoder.encode(self)).map([UInt8].init) ?? []) + [UInt8(ascii: "\n")]
    }

    init?(_ bytes: [UInt8]) {
        guard let line = try? JSONDecoder().decode(RecordLine.self, from: Data(bytes)) else {
            return nil
        }
        self = line
    }
}
