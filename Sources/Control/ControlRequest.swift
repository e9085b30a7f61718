/// What `kanaria` asks of `kanariad`.
public enum ControlRequest: Codable, Sendable, Equatable {
    /// How the guard is.
    case status
    /// The newest incidents, 1...1000 of them.
    case incidents(limit: Int)
    /// Let the processes of an incident go on.
    case release(id: String)
    /// End the processes of an incident.
    case kill(id: String)
    /// Planted canaries, 1...1000 of them from the given place in the list on.
    case canariesList(offset: Int, limit: Int)
    /// Plant where there is none, or only say how much that would be.
    case canariesPlant(isDryRun: Bool)
    /// Remove all canaries, or only say which would be.
    case canariesRetire(isDryRun: Bool)
    /// Read the policy again.
    case reload
    /// The newest lines of the journal, 1...1000 of them.
    case journalTail(count: Int)

    /// The verb, for records.
    public var name: String {
        switch self {
        case .status: "status"
        case .incidents: "incidents"
        case .release(let id): "release \(id)"
        case .kill(let id): "kill \(id)"
        case .canariesList: "canaries list"
        case .canariesPlant: "canaries plant"
        case .canariesRetire: "canaries retire"
        case .reload: "reload"
        case .journalTail: "journal"
        }
    }

    /// How many incidents or lines one request may ask for.
    public static let counts = 1...1_000
    /// How long the name of an incident may be.
    static let identifierByteCount = 64

    /// Refuses numbers and names that no honest client sends.
    func check() throws(ControlError) {
        switch self {
        case .incidents(let limit) where !Self.counts.contains(limit):
            throw .outOfRange(field: "limit", value: limit)
        case .canariesList(_, let limit) where !Self.counts.contains(limit):
            throw .outOfRange(field: "limit", value: limit)
        case .canariesList(let offset, _) where offset < 0:
            throw .outOfRange(field: "offset", value: offset)
        case .journalTail(let count) where !Self.counts.contains(count):
            throw .outOfRange(field: "count", value: count)
        case .release(let id), .kill(let id):
            let isName = id.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x5f || byte == 0x2e
            }
            guard isName, !id.isEmpty, id.utf8.count <= Self.identifierByteCount else {
                throw .badIdentifier
            }
        default: break
        }
    }
}
