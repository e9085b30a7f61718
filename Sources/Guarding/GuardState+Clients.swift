internal import Control
internal import Linux
internal import Messages
internal import Policies

extension GuardState {
    /// Goes on with the blocks of the daemon before this one, and looks whether there can be more.
    func takeOverBlocks(_ record: IncidentRecord) {
        samba.path = policy.clients.sambaDenyFile.map { BytePath($0) }
        let blocked = blocks.takeOver()
        let quarantined = takeOverQuarantines().filter { !blocked.contains($0) }
        for (id, state) in blocked.map({ ($0, IncidentState.cutOff) })
            + quarantined.map({ ($0, .killed) })
        {
            let now = UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000)
            let report =
                record.read(id)
                ?? IncidentReport(
                    id: id, at: now, reason: "not-readable", actor: .unknown, state: state)
            add(Incident(report: report, held: [], keys: [], leaseEnd: 0))
        }
        blocks.keep()
        takeOverIsolation()
        let isWanted = policy.mode != .observe && policy.clients.action == .cutOff
        // Whoever is not root has said already that it can stop little.
        guard isWanted, ProcessHandle.effectiveUser == 0 else { return }
        let obstacle = blocks.obstacle
        withContents { $0.filterObstacle = obstacle }
    }

    /// Goes on with the isolation of the daemon before this one, and looks whether there can be one.
    private func takeOverIsolation() {
        do throws(Errno) {
            try isolations.takeOver(policy.isolation)
            withContents { $0.isolationObstacle = nil }
        } catch {
            withContents { $0.isolationObstacle = error }
        }
        let isWanted = policy.mode != .observe && policy.isolation.when != .never
        guard isWanted, let obstacle = isolations.obstacle else { return }
        withContents { $0.isolationObstacle = obstacle }
    }

    /// Writes down that the isolation that an incident caused has ended.
    func noteEndOfIsolation(
        _ id: String, _ record: IncidentRecord, by person: PersonReport? = nil
    ) {
        let report = withContents { contents -> IncidentReport? in
            guard let index = contents.incidents.firstIndex(where: { $0.report.id == id }) else {
                return nil
            }
            contents.incidents[index].report.isolatedUntil = nil
            contents.incidents[index].report.endedBy = person
            return contents.incidents[index].report
        }
        record.write(report, becauseOfEndOfIsolation: id)
    }

    /// Keeps an incident in mind; of very many the oldest go.
    func add(_ incident: sending Incident) {
        withContents { contents in
            contents.incidents.append(incident)
            if contents.incidents.count > 1000 { contents.incidents.removeFirst() }
        }
    }

    /// Changes what is known of an incident; nil where it is not in mind any more.
    func amend(
        _ id: String, _ change: @Sendable (inout IncidentReport) -> Void
    ) -> IncidentReport? {
        withContents { contents in
            guard let index = contents.incidents.firstIndex(where: { $0.report.id == id }) else {
                return nil
            }
            change(&contents.incidents[index].report)
            return contents.incidents[index].report
        }
    }

    /// Ends the incidents whose clients may come again by now.
    func endBlocks() -> [IncidentReport] {
        blocks.lookAfter().compactMap { id in
            withContents { contents in
                guard
                    let index = contents.incidents.firstIndex(where: {
                        $0.report.id == id && $0.report.state == .cutOff
                    })
                else { return nil }
                contents.incidents[index].report.state = .released
                contents.incidents[index].report.leaseEndsAt = nil
                return contents.incidents[index].report
            }
        }
    }
}

extension PersonReport {
    /// Who asks over the control socket.
    init(_ peer: PeerCredentials) {
        self.init(
            user: peer.user, login: ProcessTable.loginUser(peer.pid),
            at: UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000))
    }
}

extension ClientBlocks {
    /// What holds, one for each client of each incident.
    var reports: [BlockReport] {
        var reports: [BlockReport] = []
        for block in current {
            let address = block.address.description
            if let index = reports.firstIndex(where: {
                $0.address == address && $0.incident == block.incident
            }) {
                reports[index].ports.append(block.port)
            } else {
                reports.append(
                    BlockReport(
                        address: address, ports: [block.port], incident: block.incident,
                        until: block.until, isFiltered: block.isFiltered))
            }
        }
        return reports
    }
}

extension ClientBlocks.Release {
    /// Whether nobody was turned away.
    var isEmpty: Bool { freed.isEmpty && kept.isEmpty }

    /// What became of it, for people.
    var message: Message {
        let names = freed.map(\.description).joined(separator: ", ")
        let others = kept.map(\.description).joined(separator: ", ")
        if let refusal {
            return Message(
                en: "the packet filter did not let go of \(names): \(refusal); "
                    + "`nft delete table inet kanaria` ends all blocks",
                ja: "パケットフィルターから \(names) を解除できません: \(refusal)。"
                    + "`nft delete table inet kanaria` ですべて解除できます")
        }
        var (en, ja) = ([String](), [String]())
        if !freed.isEmpty {
            en.append("\(names) may connect again")
            ja.append("\(names) は再び接続できます")
        }
        if !kept.isEmpty {
            en.append("\(others) stays turned away because of another incident")
            ja.append("\(others) は別のインシデントのため遮断を続けます")
        }
        return Message(en: en.joined(separator: "; "), ja: ja.joined(separator: "。"))
    }
}
