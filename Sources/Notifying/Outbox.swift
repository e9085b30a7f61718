internal import Alerts
internal import Linux

/// The folder from which alerts are sent, with how far each one is.
struct Outbox: ~Copyable {
    let spool: AlertSpool
    private var states: [AlertName: DeliveryState] = [:]

    init(_ spool: consuming AlertSpool) { self.spool = spool }

    /// What waits; incidents first, then what is older.
    ///
    /// Forgets what waits no more.
    mutating func waiting() throws(Errno) -> [AlertName] {
        let names = try spool.folder.entries().map(\.name)
        let alerts = names.compactMap { AlertName($0) }
        let wanted = Set(alerts.map(Self.stateFile))
        for name in names where name.bytes.ends(with: Self.ending.utf8) {
            // The guard made room, or we were ended in between.
            if !wanted.contains(name) { try? spool.folder.remove(name) }
        }
        let known = Set(alerts)
        states = states.filter { known.contains($0.key) }
        return alerts.sorted(by: AlertName.isBefore)
    }

    /// An alert; nil where it has gone meanwhile.
    func read(_ name: AlertName) throws(Errno) -> Alert? {
        do throws(Errno) {
            let file = try spool.folder.open(name.file, [.noFollow, .nonBlocking])
            guard try file.status().kind == .regular else { throw .invalidArgument }
            let bytes = try file.readToEnd(limit: AlertSpool.byteCountLimit + 1)
            guard bytes.count <= AlertSpool.byteCountLimit else { throw .fileTooLarge }
            return Alert(id: name.id, body: bytes)
        } catch {
            if error == .noSuchFile { return nil }
            throw error
        }
    }

    /// How far an alert is.
    mutating func state(of name: AlertName) -> DeliveryState {
        if let state = states[name] { return state }
        let file = try? spool.folder.open(Self.stateFile(name), [.noFollow, .nonBlocking])
        let bytes = (try? file?.readToEnd(limit: 4096)) ?? []
        let state = DeliveryState(String(decoding: bytes, as: UTF8.self))
        states[name] = state
        return state
    }

    /// Keeps how far an alert is; without room on the disk only until the program ends.
    mutating func keep(_ state: DeliveryState, of name: AlertName) throws(Errno) {
        states[name] = state
        let file = try AtomicFile(beneath: spool.folder)
        do throws(Errno) {
            try file.file.writeAll(Array(state.text.utf8).span)
        } catch {
            file.abandon()
            throw error
        }
        try file.commit(as: Self.stateFile(name), replacing: true, isDurable: false)
    }

    /// Removes an alert that arrived everywhere.
    mutating func finish(_ name: AlertName) throws(Errno) {
        try spool.folder.remove(name.file)
        forget(name)
    }

    /// Moves an alert that nobody took to the folder `failed`.
    mutating func giveUp(_ name: AlertName) throws(Errno) {
        do throws(Errno) {
            try spool.folder.makeDirectory("failed")
        } catch {
            if error != .fileExists { throw error }
        }
        let failed = AlertSpool(
            owning: try spool.folder.open("failed", [.readOnly, .directory, .noFollow]))
        _ = try failed.makeRoom(for: name)
        try spool.folder.rename(
            name.file, in: failed.folder, to: name.file, replacing: true)
        forget(name)
    }

    private mutating func forget(_ name: AlertName) {
        states[name] = nil
        try? spool.folder.remove(Self.stateFile(name))
    }

    private static let ending = ".state"
    private static func stateFile(_ name: AlertName) -> BytePath { BytePath(name.id + ending) }
}

extension [UInt8] {
    fileprivate func ends(with other: String.UTF8View) -> Bool {
        count >= other.count && suffix(other.count).elementsEqual(other)
    }
}
