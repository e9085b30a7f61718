/// How deep values may lie in each other; recursion ends there, and no honest file comes near it.
private let deepest = 100

extension YAMLNode {
    /// Reads the only document of a text.
    ///
    /// - Parameter bytes: UTF-8.
    /// - Returns: its value; nil where there is nothing but comments.
    /// - Throws: `YAMLError` at the first fault.
    public static func document(in bytes: [UInt8]) throws(YAMLError) -> YAMLNode? {
        try EventReader.reading(bytes) { (reader) throws(YAMLError) in
            guard case .documentStart = try reader.next().kind else { return nil }
            let root = try node(try reader.next(), &reader, depth: 0)
            _ = try reader.next()
            let end = try reader.next()
            guard case .streamEnd = end.kind else { throw .severalDocuments(at: end.mark) }
            return root
        }
    }

    private static func node(
        _ event: Event, _ reader: inout EventReader, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        guard depth < deepest else { throw .malformed(problem: "too deep", at: event.mark) }
        var value = Value.alias
        switch event.kind {
        case .scalar(let text, let isPlain): value = .scalar(text, isPlain: isPlain)
        case .sequenceStart: value = .sequence(try sequence(&reader, depth: depth + 1))
        case .mappingStart: value = .mapping(try mapping(&reader, depth: depth + 1))
        // Nothing else begins a value.
        case .alias, .documentStart, .documentEnd, .end, .streamEnd: break
        }
        return YAMLNode(
            value: value, mark: event.mark, hasAnchor: event.hasAnchor, tag: event.tag)
    }

    private static func sequence(
        _ reader: inout EventReader, depth: Int
    ) throws(YAMLError) -> [YAMLNode] {
        var nodes = [YAMLNode]()
        while true {
            let event = try reader.next()
            if case .end = event.kind { return nodes }
            nodes.append(try node(event, &reader, depth: depth))
        }
    }

    private static func mapping(
        _ reader: inout EventReader, depth: Int
    ) throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
        var pairs = [(key: YAMLNode, value: YAMLNode)]()
        while true {
            let event = try reader.next()
            if case .end = event.kind { return pairs }
            let key = try node(event, &reader, depth: depth)
            pairs.append((key, try node(try reader.next(), &reader, depth: depth)))
        }
    }
}
