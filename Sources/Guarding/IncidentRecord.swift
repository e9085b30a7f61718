internal import Control
internal import FoundationEssentials
internal import Linux
internal import Synchronization

/// Writes incidents to the state directory.
final class IncidentRecord: Sendable {
    private let folder: BytePath
    private let lastFailure = Mutex<Errno?>(nil)

    init(folder: BytePath) {
        self.folder = folder
    }

    /// Why the last incident could not be written; nil where it was.
    var failure: Errno? { lastFailure.withLock { $0 } }

    /// Writes the incident as one file and one line of the journal.
    ///
    /// Failing loses only the text: the response was given before.
    func write(_ report: IncidentReport) {
        guard let bytes = Self.line(report) else { return }
        let file = attempt { () throws(Errno) in
            let file = try AtomicFile(in: folder.appending("incidents"))
            try file.file.writeAll(bytes.span)
            try file.commit(as: BytePath(report.id + ".json"), replacing: true)
        }
        let line = append(bytes)
        lastFailure.withLock { $0 = file ?? line }
    }

    /// Writes one line of the journal.
    func note(_ line: some Encodable) {
        if let bytes = Self.line(line) { _ = append(bytes) }
    }

    private static func line(_ value: some Encodable) -> [UInt8]? {
        (try? JSONEncoder().encode(value)).map { Array($0) + [10] }
    }

    private func append(_ bytes: [UInt8]) -> Errno? {
        attempt { () throws(Errno) in
            let journal = try FileDescriptor.open(
                folder.appending("journal.jsonl"), [.writeOnly, .create, .append])
            try journal.writeAll(bytes.span)
        }
    }

    private func attempt(_ body: () throws(Errno) -> Void) -> Errno? {
        do throws(Errno) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
