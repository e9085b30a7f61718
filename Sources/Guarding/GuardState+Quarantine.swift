internal import Control
internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Response

extension GuardState {
    /// Takes what a policy says of Samba, and looks whether Samba reads what the guard tells it.
    func useSamba(_ policy: ClientPolicy, _ responder: Responder) {
        samba.path = policy.sambaDenyFile.map { BytePath($0) }
        quarantines.responder = responder
        guard policy.quarantine != .never, mayAskSamba else {
            return withContents { $0.quarantineObstacle = nil }
        }
        // Behind everything else, since it takes a tenth of a second.
        try? Thread.run { self.rehearseQuarantine() }.detach()
    }

    /// Whoever is not root has said already that it can stop little.
    private var mayAskSamba: Bool { ProcessHandle.effectiveUser == 0 }

    private func rehearseQuarantine() {
        Thread.setName("samba-check")
        blocks.keep()
        var obstacle: Message?
        do throws(QuarantineError) {
            _ = try sambaConfiguration()
        } catch {
            obstacle = error.reason
        }
        withContents { $0.quarantineObstacle = obstacle }
    }

    /// Samba's configuration, where it includes our file.
    func sambaConfiguration() throws(QuarantineError) -> SambaConfiguration {
        let configuration: SambaConfiguration
        do throws(SambaTools.Failure) {
            configuration = try SambaTools.configuration()
        } catch {
            throw .tool(error.reason)
        }
        guard configuration.isIncluded else {
            samba.known = nil
            throw .notIncluded(samba.path?.description ?? "?")
        }
        samba.known = configuration
        return configuration
    }

    /// Goes on with the quarantines of the daemon before this one.
    ///
    /// - Returns: the incidents for which somebody is held.
    func takeOverQuarantines() -> [String] {
        let (incidents, ended) = quarantines.takeOver()
        settle(ended)
        return incidents
    }

    /// Lets go whose time is over, and writes that down.
    func endQuarantines(_ record: IncidentRecord) {
        let ended = quarantines.lookAfter()
        if ended.isEmpty { return }
        for held in ended { noteEnd(ofQuarantine: held.incident, held.user, nil, nil, record) }
        settle(ended.map(\.user))
    }

    /// Lets go whom an incident holds to reading; nil where it holds nobody.
    func release(
        quarantineOf id: String, by peer: PeerCredentials, _ first: PersonReport?,
        _ record: IncidentRecord
    ) -> UserRelease? {
        guard let release = quarantines.release(id) else { return nil }
        let name = release.user.name
        if !release.isWritten {
            let path = samba.path?.description ?? "?"
            return UserRelease(
                isDone: false, "\(name) still may only read: \(path) can't be written",
                "\(name) は読み取り専用のままです: \(path) に書き込めません")
        }
        noteEnd(ofQuarantine: id, release.user, peer, first, record)
        if release.isKept {
            return UserRelease(
                isDone: true, "\(name) still may only read, because of another incident",
                "\(name) は別のインシデントのため読み取り専用のままです")
        }
        settle([release.user])
        return UserRelease(
            isDone: true, "\(name) may write again", "\(name) は再び書き込めます")
    }

    private func noteEnd(
        ofQuarantine id: String, _ user: SambaUser, _ peer: PeerCredentials?,
        _ first: PersonReport?, _ record: IncidentRecord
    ) {
        let person = peer.map { PersonReport($0) }
        let report = amend(id) { report in
            report.quarantine?.until = nil
            guard report.state == .killed else { return }
            (report.state, report.endedBy, report.askedBy) = (.released, person, first)
        }
        record.note(JournalEvent(releaseOf: user, id, peer), in: report)
    }

    /// Has connections that may only read end, so that their clients come back with all rights.
    ///
    /// A connection keeps what its user might do when it began. Source: facts/fileserver.md §1.4.
    private func settle(_ users: [SambaUser]) {
        guard !users.isEmpty, mayAskSamba else { return }
        try? Thread.run {
            Thread.setName("samba-release")
            try? SambaTools.reload()
            for user in users { _ = self.endConnections(of: user) }
        }.detach()
    }

    /// Ends the processes that serve a user alone.
    ///
    /// - Returns: those that serve others as well, and go on.
    func endConnections(of user: SambaUser) -> Result<[Int32], SambaTools.Failure> {
        do throws(SambaTools.Failure) {
            let processes = try SambaStatus().processes(of: user)
            for pid in processes.own { quarantines.responder?.takeRunning(pid)?.kill() }
            // Samba still tells of some that have ended.
            return .success(
                processes.shared.filter { quarantines.responder?.takeRunning($0) != nil })
        } catch {
            return .failure(error)
        }
    }
}

/// What came of letting a user write again.
struct UserRelease {
    /// Whether it was done.
    var isDone: Bool
    var message: Message

    fileprivate init(isDone: Bool, _ en: String, _ ja: String) {
        (self.isDone, message) = (isDone, Message(en: en, ja: ja))
    }

    var reply: ControlReply { isDone ? .done(text: message) : .refused(reason: message) }
}

extension Message {
    /// Both sentences.
    func and(_ other: Message) -> Message {
        Message(en: "\(en); \(other.en)", ja: "\(ja)。\(other.ja)")
    }
}

extension JournalEvent {
    /// Where the name of the user and the incident stand.
    private static func fields(
        _ user: SambaUser, _ id: String
    ) -> [(name: String, value: JSONValue)] {
        [
            ("kanaria.incident.id", .text(id)), ("user.name", .text(user.name)),
            ("kanaria.user.sid", .text(user.identifier.text)),
        ]
    }

    /// A user who may only read from now on.
    init(quarantineOf user: SambaUser, _ id: String) {
        self.init(.userQuarantined, "\(user.name) (\(id))", Self.fields(user, id))
    }

    /// Why no user was held to reading.
    init(noQuarantine reason: Message, _ id: String) {
        self.init(
            .userNotQuarantined, "\(reason.en) (\(id))",
            [("kanaria.incident.id", .text(id)), ("event.outcome", .text("failure"))])
    }

    /// A user who may write again, and who decided it; nil for the end of the time.
    fileprivate init(releaseOf user: SambaUser, _ id: String, _ peer: PeerCredentials?) {
        self.init(.userReleased, "\(user.name) (\(id))", Self.fields(user, id))
        fields.append(("kanaria.decided.by", .text(peer == nil ? "lease-end" : "person")))
        guard let peer else { return }
        fields += [
            ("user.id", .text("\(peer.user)")), ("process.pid", .number(Int64(peer.pid))),
        ]
    }
}
