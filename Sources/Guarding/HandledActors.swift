internal import Detection
internal import Response

/// Who was responded to, so that nobody is twice.
struct HandledActors: Sendable {
    private var all = Set<ProcessKey>()
    /// Actors of which something was stopped; the others are watched only or left alone.
    private var stopped = Set<ProcessKey>()
    /// Actors that had ended before anything could be stopped.
    private var ended = Set<ProcessKey>()

    /// Whom to respond to now: the actor, or the process that acts on although the actor it
    /// belongs to was stopped or has ended; nil where nothing is left to do.
    mutating func claim(_ actor: ProcessKey, _ writer: ProcessKey) -> ProcessKey? {
        if all.insert(actor).inserted { return actor }
        guard stopped.contains(actor) || ended.contains(actor), all.insert(writer).inserted
        else { return nil }
        return writer
    }

    /// Notes what came of responding to an actor.
    mutating func insert(_ tree: FrozenTree, of actor: ProcessKey) {
        let keys = tree.held.map(\.key)
        all.formUnion(keys + tree.refused)
        if keys.isEmpty { return }
        stopped.insert(actor)
        stopped.formUnion(keys)
    }

    /// Whether this was stopped.
    func hasStopped(_ key: ProcessKey) -> Bool { stopped.contains(key) }

    /// Notes that an actor had ended before it could be responded to.
    mutating func noteEnd(of actor: ProcessKey) { ended.insert(actor) }

    /// Allows a new response.
    mutating func remove(_ key: ProcessKey) {
        all.remove(key)
        stopped.remove(key)
        ended.remove(key)
    }
}
