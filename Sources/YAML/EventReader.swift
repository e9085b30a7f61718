internal import CYAML

/// One step through a document.
struct Event {
    /// What begins or ends.
    enum Kind {
        case documentStart, documentEnd, streamEnd
        case scalar(String, isPlain: Bool)
        case sequenceStart, mappingStart
        /// A sequence or mapping ends.
        case end
        case alias
    }

    var kind: Kind
    var mark: YAMLMark
    var hasAnchor = false
    var tag: String?
}

/// Steps through a text with libyaml.
@safe struct EventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Gives a reader that lives as long as the call.
    static func reading<Result>(
        _ bytes: [UInt8], _ body: (inout EventReader) throws(YAMLError) -> Result
    ) throws(YAMLError) -> Result {
        try unsafe bytes.withUnsafeBufferPointer { (text) throws(YAMLError) in
            // libyaml keeps the address, so that it must stay.
            let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
            defer { unsafe parser.deallocate() }
            guard unsafe yaml_parser_initialize(parser) == 1 else {
                throw .unreadable(problem: "no memory", byte: 0)
            }
            defer { unsafe yaml_parser_delete(parser) }
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
            var reader = unsafe EventReader(parser: parser)
            return try body(&reader)
        }
    }

    /// The next step; the start of the stream is passed over.
    mutating func next() throws(YAMLError) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { unsafe yaml_event_delete(&event) }
        if unsafe event.type == YAML_STREAM_START_EVENT { return try next() }
        return unsafe Event(event)
    }

    private var fault: YAMLError {
        let state = unsafe parser.pointee
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "no memory"
        if unsafe state.error == YAML_READER_ERROR {
            return unsafe .unreadable(problem: problem, byte: state.problem_offset)
        }
        return unsafe .malformed(problem: problem, at: YAMLMark(state.problem_mark))
    }
}

extension YAMLMark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}

extension Event {
    fileprivate init(_ event: yaml_event_t) {
        unsafe self.init(kind: .end, mark: YAMLMark(event.start_mark))
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            kind = unsafe .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain)
            unsafe note(scalar.anchor, scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            unsafe note(event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            unsafe note(event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .end
        default: kind = .streamEnd
        }
    }

    private mutating func note(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) {
        hasAnchor = unsafe anchor != nil
        self.tag = unsafe tag.map { unsafe String(cString: $0) }
    }
}
