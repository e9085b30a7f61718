internal import Attribution
internal import Control
internal import Detection
internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Response

/// What was done about the clients of a process.
struct ClientResponse {
    /// How the process serves; nil where it serves nobody.
    var service: FileService?
    /// Who they are; nil where the process serves nobody, or everybody.
    var clients: [ClientReport]?
    /// As which user the process acts on files.
    var actedAs: UInt32?
    /// What could not be done.
    var lacks: [Degradation] = []
    /// Whether a process that must not stand still may be ended.
    var mayEnd = true
    /// Whether somebody is turned away.
    var isBlocked = false
    /// Why the packet filter turns nobody away.
    var refusal: Errno?
    /// What it speaks.
    var speaks: FileProtocol?
}

extension Enforcer {
    /// Turns away the clients of a process, where it serves one each and the policy says so.
    ///
    /// Comes before the end of the process: whoever is only thrown out is back in 78 ms.
    /// Source: facts/fileserver.md §1.4.
    func cutOff(_ process: ProcessStatus, for incident: String) -> ClientResponse {
        guard let serving = protection.serving(process) else { return ClientResponse() }
        guard let client = protection.clients.client(of: process) else {
            var response = ClientResponse()
            (response.service, response.speaks) = (serving.service, serving.speaks)
            response.lacks = [.sharedService]
            return response
        }
        var response = cutOff(client, for: incident)
        response.actedAs = ProcessTable.users(process.pid)?.fileSystem
        return response
    }

    /// The same for a process that has ended, if it was known before.
    func cutOff(_ client: KnownClient, for incident: String) -> ClientResponse {
        var response = ClientResponse()
        (response.service, response.speaks) = (client.serving.service, client.serving.speaks)
        let peers = client.peers
        response.clients = peers.connections.map { ClientReport($0, client.serving.speaks) }
        if peers.connections.isEmpty { response.lacks.append(.unknownClient) }
        if peers.addresses.count > 1 { response.lacks.append(.severalClients(peers.addresses)) }
        if peers.isIncomplete { response.lacks.append(.incompletePeers) }
        if mode == .observe { return response }
        let spared = peers.addresses.filter { clientPolicy.spares($0.bytes) }
        if clientPolicy.action == .report || !spared.isEmpty {
            response.mayEnd = false
            response.lacks.append(spared.isEmpty ? .onlyReported : .spared(spared))
            return response
        }
        if !peers.connections.isEmpty { block(peers, incident, &response) }
        return response
    }

    private func block(_ peers: Peers, _ incident: String, _ response: inout ClientResponse) {
        var places: [(address: InternetAddress, port: UInt16)] = []
        for address in peers.addresses {
            let used = peers.connections.filter { $0.peer == address }.map(\.localPort)
            for port in Set(used + (response.speaks?.usualPorts ?? [])).sorted() {
                places.append((address, port))
            }
        }
        let time = clientPolicy.cutOffFor.nanoseconds
        response.refusal = state.blocks.add(places, incident: incident, for: time)
        response.isBlocked = response.refusal == nil
        if response.isBlocked { response.noteBlocks(state.blocks, incident) }
    }

    /// What has time until the process was ended: the file for Samba, and that of the blocks.
    func keepBlocks(of incident: String, _ response: inout ClientResponse) {
        guard response.isBlocked || response.refusal != nil else { return }
        guard let refusal = response.refusal else {
            let blocks = state.blocks
            return record.recorder.add {
                blocks.keep()
                return nil
            }
        }
        let isTold = state.blocks.keep(incident: incident)
        response.lacks.append(.noFilter(refusal, isSambaTold: isTold))
        if isTold {
            response.isBlocked = true
            response.noteBlocks(state.blocks, incident)
        } else {
            _ = state.blocks.release(incident)
        }
    }

    /// What the guard lacks, with what is known better of this response.
    func lacks(_ response: ClientResponse) -> [Degradation] {
        let codes = response.lacks.map(\.code)
        return state.degraded.filter { !codes.contains($0.code) } + response.lacks
    }

    /// Asks Samba who was logged in, on a thread of its own, and has that user held to reading
    /// where the policy says so.
    func askForSessions(
        _ report: IncidentReport, _ response: ClientResponse, _ startTicks: UInt64
    ) {
        guard response.speaks == .smb, let clients = response.clients else { return }
        var question = SambaSessions.Question(
            incident: report.id, pid: report.actor.pid, startTicks: startTicks, clients: clients,
            authLog: clientPolicy.sambaAuthLog.map { BytePath($0) })
        if wantsQuarantine(response) {
            question.quarantine = SambaSessions.QuarantineOrder(
                actedAs: response.actedAs, isInstead: clientPolicy.quarantine == .instead,
                isEnding: response.isBlocked, time: clientPolicy.cutOffFor.nanoseconds,
                responder: responder)
        }
        state.sambaSessions.ask(question, state, record)
    }

    private func wantsQuarantine(_ response: ClientResponse) -> Bool {
        if mode == .observe { return false }
        switch clientPolicy.quarantine {
        case .never: return false
        case .spared: return !response.mayEnd
        case .always, .instead: return true
        }
    }

    /// Answers for a process that had ended when its deed was read; false if it was not known.
    func respondToEnded(
        _ key: ProcessKey, _ reason: Reason, _ explanation: () -> Explanation
    ) -> Bool {
        guard
            let client = protection.clients.formerClient(
                of: key.pid, startTicks: key.startTicks)
        else { return false }
        let id = Self.identifier()
        var response = cutOff(client, for: id)
        keepBlocks(of: id, &response)
        var report = IncidentReport(
            id: id, at: UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000),
            reason: reason.name,
            actor: ActorReport(
                pid: key.pid, executable: CarriedPath(client.executable), user: "?"),
            state: .observed)
        report.action = "observe"
        explain(&report, by: explanation())
        report.degraded = [.endedBefore] + lacks(response)
        report.add(response)
        isolate(for: &report, goesOn: !response.isBlocked)
        state.add(Incident(report: report, held: [], keys: [key], leaseEnd: 0))
        record.write(report)
        askForSessions(report, response, client.startTicks)
        return true
    }
}

extension ClientResponse {
    fileprivate mutating func noteBlocks(_ blocks: ClientBlocks, _ incident: String) {
        let until = blocks.current.last { $0.incident == incident }?.until
        for index in clients?.indices ?? 0..<0 { clients?[index].blockedUntil = until }
    }
}

extension IncidentReport {
    /// Adds what was done about clients.
    mutating func add(_ response: ClientResponse) {
        (clients, actedAs) = (response.clients, response.actedAs)
        guard response.isBlocked, state != .frozen else { return }
        (state, action) = (.cutOff, "cut-off")
        leaseEndsAt = response.clients?.lazy.compactMap(\.blockedUntil).first
    }
}

extension ClientReport {
    init(_ connection: Connection, _ speaks: FileProtocol) {
        self.init(
            address: connection.peer.description, port: connection.peerPort,
            servicePort: connection.localPort, service: speaks.rawValue)
    }
}
