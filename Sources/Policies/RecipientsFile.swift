public import Messages

/// One file of the recipients directory: persons with their keys, and groups of them.
public struct RecipientsFile: Sendable, Equatable {
    /// Somebody files can be sealed to.
    public struct Person: Sendable, Equatable {
        /// The name that `--to` takes.
        public let name: String
        /// The name for people; nil where the file has none.
        public let display: Message?
        /// The keys, as people write them; a file is sealed to each.
        public let keys: [String]
        /// The last day on which files are sealed to this person; nil for no end.
        public let notAfter: CalendarDate?
        /// Whether it is a key kept for emergencies.
        public let isEscrow: Bool
    }

    /// Several persons or groups under one name.
    public struct Group: Sendable, Equatable {
        /// The name that `--to` takes.
        public let name: String
        /// The name for people; nil where the file has none.
        public let display: Message?
        /// The names of persons and other groups.
        public let members: [Reference]
    }

    /// A name that stands for a person or group, and where it stands.
    public struct Reference: Sendable, Equatable {
        /// The name.
        public let name: String
        /// Its place in the file.
        public let place: Place
    }

    /// The persons in the order of the file.
    public let persons: [Person]
    /// The groups in the order of the file.
    public let groups: [Group]
    /// Where each person and group is named.
    let places: [String: Place]
}

extension RecipientsFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - isKey: whether a text is a key that files can be sealed to.
    /// - Returns: its persons and groups; members are not looked up yet.
    /// - Throws: `PolicyError` with the place of the first fault.
    public static func parse(
        bytes: [UInt8], isKey: (String) -> Bool
    ) throws(PolicyError) -> RecipientsFile {
        let root = try Document.root(bytes: bytes).fields(["version", "persons", "groups"])
        try root.checkVersion()
        var places = [String: Place]()
        var persons = [Person]()
        for entry in try root["persons"]?.list() ?? [] {
            let person = try Person(entry, isKey)
            try note(person.name, entry, &places)
            persons.append(person)
        }
        var groups = [Group]()
        for entry in try root["groups"]?.list() ?? [] {
            let group = try Group(entry)
            try note(group.name, entry, &places)
            groups.append(group)
        }
        return RecipientsFile(persons: persons, groups: groups, places: places)
    }

    private static func note(
        _ name: String, _ entry: Entry, _ places: inout [String: Place]
    ) throws(PolicyError) {
        guard places.updateValue(entry.place, forKey: name) == nil else {
            throw .repeated(at: entry.place, text: name)
        }
    }
}

extension RecipientsFile.Person {
    private static let known = ["name", "display", "keys", "not-after", "escrow"]

    fileprivate init(_ entry: Entry, _ isKey: (String) -> Bool) throws(PolicyError) {
        let fields = try entry.fields(Self.known)
        name = try fields.required("name").recipientName()
        display = try fields["display"]?.bilingual()
        keys = try fields.list("keys") { (entry) throws(PolicyError) in
            guard case .text(let text) = entry.value else { throw entry.wrongType(.text) }
            guard isKey(text) else { throw .badKey(at: entry.place, text: text) }
            return text
        }
        if keys.isEmpty { throw .emptyList(at: try fields.required("keys").place) }
        notAfter = try fields["not-after"]?.date()
        isEscrow = try fields["escrow"]?.boolean() ?? false
    }
}

extension RecipientsFile.Group {
    fileprivate init(_ entry: Entry) throws(PolicyError) {
        let fields = try entry.fields(["name", "display", "members"])
        name = try fields.required("name").recipientName()
        display = try fields["display"]?.bilingual()
        members = try fields.list("members") { (entry) throws(PolicyError) in
            RecipientsFile.Reference(name: try entry.recipientName(), place: entry.place)
        }
        if members.isEmpty { throw .emptyList(at: try fields.required("members").place) }
    }
}

extension Entry {
    /// The name of a person or group: no white space, and nothing that looks like a key.
    func recipientName() throws(PolicyError) -> String {
        let name = try line()
        let isClean = name.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0 != "," && $0 != "/"
        }
        let isKey = ["age1", "ssh-", "-"].contains { name.hasPrefix($0) }
        guard isClean, !isKey else { throw .badText(at: place, text: name) }
        return name
    }

    /// A text in both languages.
    func bilingual() throws(PolicyError) -> Message {
        let fields = try fields(["en", "ja"])
        return Message(
            en: try fields.required("en").line(), ja: try fields.required("ja").line())
    }

    /// A day as `2027-03-31`.
    func date() throws(PolicyError) -> CalendarDate {
        guard case .text(let text) = value else { throw wrongType(.text) }
        guard let date = CalendarDate(text) else { throw .badDate(at: place, text: text) }
        return date
    }
}
