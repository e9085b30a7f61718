internal import YAML

/// One value of a policy file with the place it stands at.
struct Entry {
    /// What the value is, before anybody asks for it.
    indirect enum Value {
        case nothing
        case boolean(Bool)
        case integer(String)
        case number(String)
        case text(String)
        case list([Entry])
        case mapping([(key: String, at: Place, entry: Entry)])
    }

    let value: Value
    let place: Place
    /// The scalar as written, for messages; empty for lists and mappings.
    let text: String

    init(_ node: YAMLNode, keys: String) throws(PolicyError) {
        place = Place(node.mark, keys: keys)
        guard !node.hasAnchor, isPlain(node.tag) else { throw .indirection(at: place) }
        switch node.value {
        case .alias: throw .indirection(at: place)
        case .scalar(let scalar, let isPlain):
            text = scalar
            value = isPlain ? Self.plain(scalar) : .text(scalar)
        case .sequence(let items):
            text = ""
            var entries: [Entry] = []
            for (index, item) in items.enumerated() {
                entries.append(try Entry(item, keys: "\(keys)[\(index)]"))
            }
            value = .list(entries)
        case .mapping(let pairs):
            text = ""
            value = .mapping(try Self.pairs(pairs, keys: keys))
        }
    }

    private static func pairs(
        _ mapping: [(key: YAMLNode, value: YAMLNode)], keys: String
    ) throws(PolicyError) -> [(key: String, at: Place, entry: Entry)] {
        var pairs: [(key: String, at: Place, entry: Entry)] = []
        for (node, value) in mapping {
            let name = try Entry(node, keys: keys)
            guard case .scalar(let key, _) = node.value else {
                throw .wrongType(at: name.place, expected: .text, found: name.type)
            }
            if let first = pairs.first(where: { $0.key == key }) {
                let place = Place(line: first.at.line, column: first.at.column, keys: "")
                throw .duplicateKey(at: place, key: key)
            }
            let path = keys.isEmpty ? key : "\(keys).\(key)"
            let at = Place(node.mark, keys: path)
            pairs.append((key, at, try Entry(value, keys: path)))
        }
        return pairs
    }

    // Only what JSON would take counts as a boolean or a number: YAML 1.1's `yes`, `0x1f`, `010`
    // (eight) and `1:30` (ninety) stay text, and so cannot be taken for something else.
    private static func plain(_ text: String) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .nothing
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: break
        }
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let isDecimal = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        }
        let hasLeadingZero = parts[0].count > 1 && parts[0].first == "0"
        guard isDecimal, !hasLeadingZero, parts.count <= 2 else { return .text(text) }
        return parts.count == 1 ? .integer(text) : .number(text)
    }

    /// The type of the value.
    var type: ValueType {
        switch value {
        case .nothing: .nothing
        case .boolean: .boolean
        case .integer: .integer
        case .number: .number
        case .text: .text
        case .list: .list
        case .mapping: .mapping
        }
    }

    /// The error that another type was needed.
    func wrongType(_ expected: ValueType) -> PolicyError {
        .wrongType(at: place, expected: expected, found: type)
    }
}

/// Whether a tag is one that YAML itself gives.
private func isPlain(_ tag: String?) -> Bool {
    tag?.hasPrefix("tag:yaml.org,2002:") ?? true
}
