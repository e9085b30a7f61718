internal import Control
internal import Detection
internal import Journal
internal import Linux
internal import Messages
internal import Policies

/// Who decided what becomes of processes.
enum Authority: Sendable {
    /// The guard, as its policy says.
    case policy
    /// The guard, because a lease was over or it ended itself.
    case leaseEnd
    /// Somebody who asked for it.
    case person(PeerCredentials)
}

extension JournalEvent {
    /// Paths named in one line.
    private static let pathLimit = 16
    /// Arguments named in one line, and bytes of each.
    private static let (argumentLimit, argumentByteCount) = (32, 512)

    /// An attack that was found.
    init(found report: IncidentReport) {
        let actor = report.actor
        self.init(
            .attackFound, "\(report.reason) by \(actor.executable.text) (\(actor.pid))",
            Self.head(report))
        if actor.pid > 0 {
            fields += [
                ("process.pid", .number(Int64(actor.pid))),
                ("process.executable", .text(actor.executable.text)),
                ("user.id", .text(actor.user)),
                (
                    "process.args",
                    .texts(
                        actor.command.prefix(Self.argumentLimit).map {
                            String($0.prefix(Self.argumentByteCount))
                        })
                ),
            ]
        }
        if let parent = actor.ancestors.first {
            fields += [
                ("process.parent.pid", .number(Int64(parent.pid))),
                ("process.parent.executable", .text(parent.executable.text)),
            ]
        }
        if let file = report.files.last {
            fields += [
                ("file.path", .text(file.path.text)),
                ("kanaria.files", .texts(report.files.suffix(Self.pathLimit).map(\.path.text))),
                ("kanaria.files.count", .number(Int64(report.files.count))),
            ]
        }
        let lacks = (report.degraded ?? []).map(\.code)
        if !lacks.isEmpty { fields.append(("kanaria.degradations", .texts(lacks))) }
    }

    /// That the host was cut off from the network because of an incident, or is on it again.
    init(_ action: JournalAction, because id: String) {
        self.init(action, "because of \(id)", [(Self.incidentName, .text(id))])
    }

    /// What was done about an attack.
    init(outcome report: IncidentReport, by authority: Authority) {
        let numbers = report.stoppedProcesses.map { "\($0)" }
        let names = numbers.isEmpty ? "no process" : numbers.joined(separator: ", ")
        self.init(report.state.action, "\(names) (\(report.id))", Self.head(report))
        fields.append(("kanaria.processes", .texts(numbers)))
        if let refused = report.refusedProcesses {
            fields.append(("kanaria.processes.refused", .texts(refused.map { "\($0)" })))
        }
        switch authority {
        case .policy:
            if let time = report.stoppedMicroseconds {
                fields.append(("event.duration", .number(Int64(clamping: time) &* 1000)))
            }
            fields.append(("kanaria.decided.by", .text("policy")))
        case .leaseEnd: fields.append(("kanaria.decided.by", .text("lease-end")))
        case .person(let peer):
            fields += [
                ("kanaria.decided.by", .text("person")), ("user.id", .text("\(peer.user)")),
                ("process.pid", .number(Int64(peer.pid))),
            ]
        }
    }

    private static func head(_ report: IncidentReport) -> [(name: String, value: JSONValue)] {
        var head: [(name: String, value: JSONValue)] = [
            (incidentName, .text(report.id)), ("rule.name", .text(report.reason)),
        ]
        var addresses: [String] = []
        for client in report.clients ?? [] where !addresses.contains(client.address) {
            addresses.append(client.address)
        }
        if !addresses.isEmpty { head.append(("source.ip", .texts(addresses))) }
        return head
    }

    /// Who was logged in over the connection of an attacker, as the file server says.
    init(sessionsOf report: IncidentReport) {
        let sessions = report.sessions ?? []
        let users = sessions.flatMap(\.users)
        self.init(
            .clientIdentified, users.isEmpty ? "nobody is known" : users.joined(separator: ", "),
            Self.head(report))
        if sessions.isEmpty { return }
        fields += [
            ("user.name", .texts(users)), ("source.domain", .texts(sessions.map(\.machine))),
            ("kanaria.shares", .texts(sessions.flatMap(\.shares))),
        ]
    }

    /// A canary that somebody touched.
    init(touchOf path: BytePath, _ contact: String, _ pid: Int32, _ executable: BytePath?) {
        let name = executable?.description ?? "?"
        self.init(
            .canaryTouched, "\(contact) \(path) by \(name) (\(pid))",
            [("file.path", .text(path.description)), ("kanaria.contact", .text(contact))])
        if pid > 0 { fields.append(("process.pid", .number(Int64(pid)))) }
        if let executable {
            fields.append(("process.executable", .text(executable.description)))
        }
    }

    /// A process whose score became suspicious.
    init(suspicionOf key: ProcessKey, _ file: FileReport) {
        self.init(
            .suspected, "process \(key.pid), at \(file.path.text)",
            [
                ("process.pid", .number(Int64(key.pid))), ("file.path", .text(file.path.text)),
                ("kanaria.content", .text(file.contentClass)),
            ])
        guard let status = ProcessTable.status(key.pid), status.startTicks == key.startTicks else {
            return
        }
        if let executable = ProcessTable.executable(key.pid) {
            fields.append(("process.executable", .text(executable.description)))
        }
        if let user = ProcessTable.user(key.pid) { fields.append(("user.id", .text("\(user)"))) }
    }

    /// A policy that is in force from now on.
    init(policy: GuardPolicy, _ file: BytePath) {
        let bytes = (try? FileDescriptor.open(file).readToEnd(limit: 1 << 20)) ?? []
        self.init(
            .policyLoaded, "\(policy.name), mode \(policy.mode.rawValue)",
            [
                ("file.path", .text(file.description)),
                ("kanaria.policy.name", .text(policy.name)),
                ("kanaria.policy.mode", .text(policy.mode.rawValue)),
                ("kanaria.policy.blake2b", .text(Chain.digest(of: bytes))),
                ("kanaria.policy.watch", .texts(policy.watch)),
            ])
    }

    /// A request that was refused.
    init(refusalOf request: String, _ peer: PeerCredentials) {
        self.init(
            .requestRefused, "\(request), asked by user \(peer.user)",
            [
                ("kanaria.request", .text(request)), ("user.id", .text("\(peer.user)")),
                ("process.pid", .number(Int64(peer.pid))), ("event.outcome", .text("failure")),
            ])
    }

    /// Something that the guard lacks from now on.
    init(lack: Degradation) {
        self.init(.degraded, lack.text.en, [("kanaria.degradation.code", .text(lack.code))])
    }

    /// The end of a guard; `error` is why it ended by itself.
    init(end error: GuardError?) {
        self.init(
            .guardStopped, error?.problem.en ?? "as told",
            [("event.outcome", .text(error == nil ? "success" : "failure"))])
    }

    /// The start of a guard.
    init(start policy: GuardPolicy, sensor: String, canaryCount: Int) {
        self.init(
            .guardStarted, "guards \(policy.watch.joined(separator: ", ")) with \(sensor)",
            [
                ("service.version", .text(Daemon.version)),
                ("process.pid", .number(Int64(ProcessHandle.own))),
                ("kanaria.sensor", .text(sensor)),
                ("kanaria.canaries", .number(Int64(canaryCount))),
            ])
    }
}

extension IncidentState {
    /// What a line calls it.
    var action: JournalAction {
        switch self {
        case .frozen: .frozen
        case .killed: .killed
        case .cutOff: .cutOff
        case .writesRefused: .writesRefused
        case .released: .released
        case .observed: .observed
        case .notStopped: .notStopped
        }
    }
}

extension JournalEvent {
    /// Changes that the kernel did not tell of.
    init(lost request: LostEvents.Request) {
        self.init(
            .eventsLost, "\(request.overflowCount) times, some since the last good moment",
            [
                ("kanaria.overflows", .number(Int64(request.overflowCount))),
                ("kanaria.last_good", .text(Clock.timestamp(request.lastGood.wall))),
            ])
    }

    /// A look at what changed meanwhile.
    init(rescan line: RescanLine) {
        self.init(
            .rescanned,
            "\(line.changed) of \(line.files) files changed, \(line.filesFound) look encrypted",
            [
                ("kanaria.rescan.since", .text(Clock.timestamp(line.since))),
                ("kanaria.rescan.files", .number(Int64(line.files))),
                ("kanaria.rescan.changed", .number(Int64(line.changed))),
                ("kanaria.rescan.found", .number(Int64(line.filesFound))),
                ("kanaria.rescan.skipped", .number(Int64(line.foldersSkipped))),
                ("kanaria.rescan.canaries", .number(Int64(line.canariesDamaged))),
                ("kanaria.rescan.complete", .flag(line.isComplete)),
                ("event.duration", .number(Int64(clamping: line.milliseconds) &* 1_000_000)),
            ])
    }

    /// Looks that cannot be made.
    init(noRescan error: Errno) {
        self.init(
            .degraded, "what changed while events are lost is not looked at: \(error)",
            [("kanaria.degradation.code", .text("no-rescan"))])
    }
}
