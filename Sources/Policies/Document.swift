import Yams

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
        let parsed: Result<Entry, PolicyError>
        do {
            // The encoding is named so that no environment variable chooses it, and the parser is
            // kept until the tree is made since it owns the anchors.
            let parser = try Parser(yaml: text, encoding: .utf8)
            let node = try parser.singleRoot()
            parsed = withExtendedLifetime(parser) {
                Result { () throws(PolicyError) in
                    guard let node else { throw .empty }
                    return try Entry(node, keys: "")
                }
            }
        } catch {
            parsed = .failure(policyError(error, text: text))
        }
        return try parsed.get()
    }

    private static func policyError(_ error: any Error, text: String) -> PolicyError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return .syntax(at: Place(mark, keys: ""), scanner: problem)
        case .composer(let context, let problem, let mark, _):
            if context != nil { return .severalDocuments(at: Place(mark, keys: "")) }
            return .syntax(at: Place(mark, keys: ""), scanner: problem)
        case .duplicatedKeysInMapping(let keys, let context):
            return .duplicateKey(at: Place(context.mark, keys: ""), key: keys.first ?? "")
        case .reader(let problem, let offset, _, _):
            return .syntax(at: place(ofCharacter: offset ?? 0, in: text), scanner: problem)
        default:
            return .syntax(at: Place(line: 1, column: 1, keys: ""), scanner: "not YAML")
        }
    }

    // Yams counts characters here, and a line break of two bytes as one.
    private static func place(ofCharacter offset: Int, in text: String) -> Place {
        let before = text.prefix(max(0, offset)).unicodeScalars
        let line = before.count { $0 == "\n" } + 1
        return Place(
            line: line, column: before.reversed().prefix { $0 != "\n" }.count + 1, keys: "")
    }
}

extension Place {
    init(_ mark: Mark?, keys: String) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1, keys: keys)
    }
}
