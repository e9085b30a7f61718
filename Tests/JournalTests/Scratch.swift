import Foundation
import Linux
import Synchronization
import Testing

@testable import Journal

/// A folder with a journal in it; both go at the end.
final class Scratch: Sendable {
    let home: String
    let journal: JournalFolder

    init() throws {
        // In memory where there is such a place: the tests sync thousands of times.
        let place = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/var/tmp"
        home = "\(place)/kanaria-journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        journal = JournalFolder(BytePath(home + "/journal"))
    }

    deinit { try? FileManager.default.removeItem(atPath: home) }

    var names: [String] { get throws { try journal.numbers().map(JournalFolder.name) } }

    func text(_ name: String) throws -> [String] {
        let text = try String(contentsOfFile: home + "/journal/" + name, encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    func write(_ name: String, _ lines: [String]) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try text.write(toFile: home + "/journal/" + name, atomically: false, encoding: .utf8)
    }

    /// Copies the head, as it was at the time of a crash.
    func head() throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: home + "/journal/head"))
    }

    func put(_ data: Data, _ name: String) throws {
        try data.write(to: URL(fileURLWithPath: home + "/journal/" + name))
    }

    func verify(_ anchors: [JournalAnchor] = []) throws -> Verification {
        try Verifier(journal, publicKey: nil, anchors: anchors).run()
    }
}

/// A clock that stands until the test moves it.
final class StandingClock: Sendable {
    private let time = Mutex(JournalTime(wall: 1_800_000_000_000_000_000, boot: 1_000_000_000))

    var clock: JournalClock { JournalClock(boot: "test") { self.time.withLock { $0 } } }

    func pass(seconds: Int64) {
        time.withLock {
            $0.wall += seconds * 1_000_000_000
            $0.boot += UInt64(seconds) * 1_000_000_000
        }
    }

    func set(bySeconds seconds: Int64) { time.withLock { $0.wall += seconds * 1_000_000_000 } }
}

extension JournalWriter {
    /// Adds ordinary lines, and does what is due after each.
    mutating func add(_ count: Int, incident: String? = nil) throws {
        for number in 0..<count {
            let incidentField = incident.map { (JournalEvent.incidentName, JSONValue.text($0)) }
            let event = JournalEvent(
                .degraded, "line \(number)", incidentField.map { [$0] } ?? [])
            try append([(clock.now(), event)])
            try tend()
        }
    }
}

extension JournalLimits {
    /// Files of about ten lines.
    static var small: JournalLimits {
        var limits = JournalLimits()
        (limits.fileByteCount, limits.checkpointLines) = (5000, 4)
        return limits
    }
}
