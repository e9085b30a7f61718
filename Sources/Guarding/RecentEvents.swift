internal import Contents
internal import Detection
internal import Linux

/// The last things that each family of processes did, in a table that never grows: noting one
/// allocates nothing.
struct RecentEvents: Sendable {
    /// One thing that a process did.
    struct Event: Sendable {
        var at: WallNanoseconds = 0
        var pid: Int32 = 0
        var kind: StaticString = ""
        var content: ContentClass?
        var file: FileHandle?
        var path: BytePath?
    }

    private struct Family: Sendable {
        var key = ProcessKey(pid: 0, startTicks: 0)
        var count = 0
    }

    /// Families that are remembered; a new one takes the place of another with the same remainder.
    private static let familyCount = 61
    /// What is remembered of each.
    static let eventCount = 32

    private var families = [Family](repeating: Family(), count: familyCount)
    private var events = [Event](repeating: Event(), count: familyCount * eventCount)

    /// Notes what the first process of a lineage did.
    mutating func note(_ lineage: Lineage, _ act: Act, _ subject: Subject?) {
        guard lineage.count > 0 else { return }
        let key = lineage[lineage.count - 1]
        let slot = Int(UInt32(bitPattern: key.pid)) % Self.familyCount
        if families[slot].key != key { families[slot] = Family(key: key) }
        let place = slot * Self.eventCount + families[slot].count % Self.eventCount
        events[place] = Event(
            at: Clock.wallNanoseconds, pid: lineage[0].pid, kind: act.word, content: act.content,
            file: subject?.file, path: subject?.path)
        families[slot].count += 1
    }

    /// What the family of a lineage did last, oldest first.
    func events(of lineage: Lineage) -> [Event] {
        guard lineage.count > 0 else { return [] }
        let key = lineage[lineage.count - 1]
        let slot = Int(UInt32(bitPattern: key.pid)) % Self.familyCount
        let family = families[slot]
        guard family.key == key else { return [] }
        let kept = min(family.count, Self.eventCount)
        return (family.count - kept..<family.count).map {
            events[slot * Self.eventCount + $0 % Self.eventCount]
        }
    }
}

extension Act {
    fileprivate var word: StaticString {
        switch self {
        case .wrote: "wrote"
        case .renamed: "renamed"
        case .deleted, .withdrew: "deleted"
        case .canary(let contact):
            switch contact {
            case .read: "canary-read"
            case .write: "canary-write"
            case .removed: "canary-removed"
            case .renamed: "canary-renamed"
            case .attributes: "canary-attributes"
            case .mapped: "canary-mapped"
            case .linked: "canary-linked"
            }
        case .noted: "noted"
        }
    }

    fileprivate var content: ContentClass? {
        switch self {
        case .wrote(let content, _): content
        case .renamed(_, _, let content): content
        case .deleted, .withdrew, .canary, .noted: nil
        }
    }
}
