internal import YAML

/// The YAML of a policy as a tree of entries that know where they stand.
enum Document {
    /// Reads the one document of a file.
    static func root(bytes: [UInt8]) throws(PolicyError) -> Entry {
        guard bytes.count <= Limits.fileByteCount else {
            throw .tooLong(byteCount: bytes.count)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let repaired = String(decoding: bytes, as: UTF8.self)
            let valid = zip(repaired.utf8, bytes).prefix { $0 == $1 }.count
            throw .notUTF8(at: valid)
        }
        return try root(of: text)
    }

    /// Reads the one document of a text.
    static func root(of text: String) throws(PolicyError) -> Entry {
        let bytes = Array(text.utf8)
        let node: YAMLNode?
        do throws(YAMLError) {
            node = try YAMLNode.document(in: bytes)
        } catch {
            throw policyError(error, bytes)
        }
        guard let node else { throw .empty }
        return try Entry(node, keys: "")
    }

    private static func policyError(_ error: YAMLError, _ bytes: [UInt8]) -> PolicyError {
        switch error {
        case .malformed(let problem, let mark):
            .syntax(at: Place(mark, keys: ""), scanner: problem)
        case .severalDocuments(let mark): .severalDocuments(at: Place(mark, keys: ""))
        case .unreadable(let problem, let offset):
            .syntax(at: place(ofByte: offset, in: bytes), scanner: problem)
        }
    }

    private static func place(ofByte offset: Int, in bytes: [UInt8]) -> Place {
        let before = String(decoding: bytes.prefix(offset), as: UTF8.self).unicodeScalars
        let line = before.count { $0 == "\n" } + 1
        return Place(
            line: line, column: before.reversed().prefix { $0 != "\n" }.count + 1, keys: "")
    }
}

extension Place {
    init(_ mark: YAMLMark, keys: String) {
        self.init(line: mark.line, column: mark.column, keys: keys)
    }
}
