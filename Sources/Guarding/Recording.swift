internal import Journal
internal import Linux
internal import Policies
internal import Synchronization

/// The thread that writes the journal, from before the guard starts until after it ended.
final class Recording: Sendable {
    let record: IncidentRecord
    private let thread: Mutex<Thread?>

    init(_ policy: GuardPolicy) throws(Errno) {
        let record = try IncidentRecord(policy)
        self.record = record
        thread = Mutex(
            try Thread.run {
                Thread.setName("journal")
                record.recorder.run()
            })
    }

    /// Ends the thread when everything is written.
    func end() {
        record.recorder.end()
        var last: Thread?
        thread.withLock { swap(&$0, &last) }
        last?.join()
    }
}
