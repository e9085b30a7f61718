internal import Control
internal import FoundationEssentials
internal import Linux
internal import Response
internal import Synchronization

/// The users that may only read over Samba, each for an incident and a time.
///
/// A file outlasts the daemon, and so does what Samba includes.
final class UserQuarantines: Sendable {
    /// One user for one incident.
    struct Quarantine: Sendable, Equatable {
        var user: SambaUser
        var incident: String
        /// When it ends, on the clock since boot: setting the time moves it not.
        var bootEnd: UInt64

        var until: UnixTime { HoldTime.wall(ofBoot: bootEnd) }

        var report: QuarantineReport {
            QuarantineReport(
                user: user.name, sid: user.identifier.text, incident: incident, until: until)
        }
    }

    /// What became of a release.
    struct Release {
        /// Whom it was about.
        var user: SambaUser
        /// Whether another incident holds the user as well.
        var isKept: Bool
        /// Whether the file for Samba could be written.
        var isWritten: Bool
    }

    private let held = Mutex<[Quarantine]>([])
    private let samba: SambaInclude
    private let path: BytePath
    /// Who may end processes.
    private let ending = Mutex<Responder?>(nil)
    /// One writes at a time, so that the newest state is written last.
    private let writing = Mutex(())

    /// More at once are not held.
    static let capacity = 256

    init(stateFolder: BytePath, _ samba: SambaInclude) {
        path = stateFolder.appending("quarantines.json")
        self.samba = samba
    }

    /// All that hold, oldest first.
    var reports: [QuarantineReport] { held.withLock { $0.map(\.report) } }

    var responder: Responder? {
        get { ending.withLock { $0 } }
        set { ending.withLock { $0 = newValue } }
    }

    /// Whether somebody is held because of an incident.
    func isHeld(_ incident: String) -> Bool {
        held.withLock { $0.contains { $0.incident == incident } }
    }

    /// Holds a user to reading in connections that begin from now on.
    ///
    /// - Returns: what holds; nil where Samba can't be told, or of too many.
    func add(_ user: SambaUser, incident: String, for time: UInt64) -> QuarantineReport? {
        let new = Quarantine(
            user: user, incident: incident, bootEnd: Clock.bootNanoseconds + time)
        let fits = held.withLock { held in
            if held.count >= Self.capacity { return false }
            held.append(new)
            return true
        }
        if !fits { return nil }
        if keep() { return new.report }
        _ = release(incident)
        return nil
    }

    /// Lets go whom an incident holds; nil where it holds nobody.
    func release(_ incident: String) -> Release? {
        let (mine, others) = held.withLock { held in
            let mine = held.filter { $0.incident == incident }
            held.removeAll { $0.incident == incident }
            return (mine, held)
        }
        guard let user = mine.first?.user else { return nil }
        let isWritten = keep()
        // What Samba still reads holds on, and is to be released again.
        if !isWritten, samba.path != nil { held.withLock { $0 += mine } }
        let isKept = others.contains { $0.user.identifier == user.identifier }
        return Release(user: user, isKept: isKept, isWritten: isWritten)
    }

    /// Lets go whose time is over.
    func lookAfter() -> [Quarantine] {
        let now = Clock.bootNanoseconds
        let ended = held.withLock { held in
            let ended = held.filter { $0.bootEnd <= now }
            if !ended.isEmpty { held.removeAll { $0.bootEnd <= now } }
            return ended
        }
        if ended.isEmpty || keep() || samba.path == nil { return ended }
        // Tried again the next time.
        held.withLock { $0 += ended }
        return []
    }

    /// Takes over what the daemon before this one left, for as long as it was to hold.
    ///
    /// - Returns: the incidents for which somebody is held, and whose time is over meanwhile.
    func takeOver() -> (incidents: [String], ended: [SambaUser]) {
        guard samba.path != nil else { return ([], []) }
        let left = Self.read(path)
        let holding = left.filter { $0.bootEnd > 0 }
        held.withLock { $0 = holding }
        keep()
        var incidents: [String] = []
        for entry in holding where !incidents.contains(entry.incident) {
            incidents.append(entry.incident)
        }
        return (incidents, left.filter { $0.bootEnd == 0 }.map(\.user))
    }

    @discardableResult
    private func keep() -> Bool {
        writing.withLock { _ in
            let now = held.withLock { $0 }
            write(now)
            return samba.restrict(now.map(\.user.identifier))
        }
    }
}

extension UserQuarantines {
    /// One quarantine in the file, by the clock on the wall: that of the boot begins anew with the
    /// next.
    private struct Line: Codable {
        var user: String
        var number: UInt32?
        var sid: String
        var incident: String
        var until: UnixTime
        /// How long it was still to hold when this was written: a clock that was set back must not
        /// make it longer.
        var milliseconds: UInt64
    }

    private func write(_ quarantines: [Quarantine]) {
        let lines = quarantines.map { held in
            Line(
                user: held.user.name, number: held.user.number, sid: held.user.identifier.text,
                incident: held.incident, until: held.until,
                milliseconds: HoldTime.left(until: held.bootEnd))
        }
        guard let data = try? JSONEncoder().encode(lines) else { return }
        try? BlockFile.replace(path, with: Array(data))
    }

    /// What the file says; nothing where it is missing or damaged.
    ///
    /// The end is 0 of what is over.
    private static func read(_ path: BytePath) -> [Quarantine] {
        guard let bytes = ProcessTable.contents(path, limit: 1 << 20),
            let lines = try? JSONDecoder().decode([Line].self, from: Data(bytes))
        else { return [] }
        return lines.prefix(capacity).compactMap { line in
            guard let identifier = SecurityIdentifier(line.sid) else { return nil }
            let end = HoldTime.bootEnd(until: line.until, atMost: line.milliseconds)
            return Quarantine(
                user: SambaUser(name: line.user, identifier: identifier, number: line.number),
                incident: line.incident, bootEnd: end ?? 0)
        }
    }
}
