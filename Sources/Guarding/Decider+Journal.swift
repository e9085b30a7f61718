internal import Linux
internal import Sensing

extension Decider {
    /// Tells the keeper of canaries and the journal of a change to a canary.
    func noteTouch(of path: BytePath, _ event: borrowing FileEvent) {
        handover.noteTouch(of: path)
        let contact: StaticString =
            switch event.kind {
            case .closedAfterWriting, .modified: "write"
            case .renamed: "rename"
            case .deleted, .vanished: "remove"
            case .attributes, .overflow, .opened: "attribute"
            }
        enforcer.record.noteTouch(of: path, contact, by: event.pid)
    }

    /// Tells them of an opening that waits for an answer.
    func noteOpening(of path: BytePath, writes: Bool, by pid: Int32) {
        if writes { handover.noteTouch(of: path) }
        enforcer.record.noteTouch(of: path, writes ? "open-write" : "open", by: pid)
    }
}
