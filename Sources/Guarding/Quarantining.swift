internal import Control
internal import Detection
internal import Journal
internal import Linux
internal import Messages
internal import Response

extension GuardState {
    /// Holds the user of an attacking client to reading, where that was asked for.
    ///
    /// Takes some tenths of a second, on the thread that asks Samba; the client's own process ends
    /// at the beginning of it.
    func quarantine(
        _ session: SambaSession?, for question: SambaSessions.Question, _ record: IncidentRecord
    ) {
        guard let order = question.quarantine else { return }
        do throws(QuarantineError) {
            let user = try suspect(session, order)
            let held = try hold(user, question, order)
            let lacks = try completeness(of: held, user)
            conclude(held, user, lacks, question, order, record)
        } catch {
            let reason = error.reason
            _ = quarantines.release(question.incident)
            let report = amend(question.incident) { report in
                report.add(lacks: [.noQuarantine(reason)])
            }
            record.note(JournalEvent(noQuarantine: reason, question.incident), in: report)
        }
    }

    /// Whose deed it was.
    private func suspect(
        _ session: SambaSession?, _ order: SambaSessions.QuarantineOrder
    ) throws(QuarantineError) -> SambaUser {
        var known = samba.known
        if known == nil { known = try sambaConfiguration() }
        let users = session?.users ?? []
        guard let first = users.first else { throw .unknownUser }
        var user = first
        if users.count > 1 {
            // While its opening of a canary waits, the process acts as the user who asked for it.
            let acting = users.filter { $0.number != nil && $0.number == order.actedAs }
            guard acting.count == 1 else { throw .severalUsers(users.map(\.name)) }
            user = acting[0]
        }
        let isGuest = user.plainName == known?.guest.lowercased()
        if isGuest || user.identifier.isNobody { throw .guest(user.name) }
        return user
    }

    /// New connections come first: whoever is thrown out is back at once.
    private func hold(
        _ user: SambaUser, _ question: SambaSessions.Question,
        _ order: SambaSessions.QuarantineOrder
    ) throws(QuarantineError) -> QuarantineReport {
        let path = samba.path?.description ?? "?"
        guard let held = quarantines.add(user, incident: question.incident, for: order.time) else {
            throw .notWritten(path)
        }
        if let process = order.responder.takeRunning(question.pid),
            process.key.startTicks == question.startTicks
        {
            // Evidence of it may be taken, for seconds at most.
            if !order.isEnding || !process.hasEnded(withinMilliseconds: 5_000) {
                process.kill()
                _ = process.hasEnded(withinMilliseconds: 1_000)
            }
        }
        return held
    }

    /// Tells Samba's other processes, and looks for what still lets the user write.
    private func completeness(
        of held: QuarantineReport, _ user: SambaUser
    ) throws(QuarantineError) -> [Degradation] {
        var lacks: [Degradation] = []
        do throws(SambaTools.Failure) {
            try SambaTools.reload()
        } catch {
            lacks.append(.notReloaded(error.reason))
        }
        switch endConnections(of: user) {
        case .success(let shared) where shared.isEmpty: break
        case .success(let shared): lacks.append(.stillServed(user.name, shared))
        case .failure(let failure): lacks.append(.notReloaded(failure.reason))
        }
        let configuration = try sambaConfiguration()
        guard configuration.readers.contains(held.sid) else {
            throw .notIncluded(samba.path?.description ?? "?")
        }
        if !configuration.ownShares.isEmpty {
            lacks.append(.ownLists(user.name, configuration.ownShares))
        }
        return lacks
    }

    private func conclude(
        _ held: QuarantineReport, _ user: SambaUser, _ lacks: [Degradation],
        _ question: SambaSessions.Question, _ order: SambaSessions.QuarantineOrder,
        _ record: IncidentRecord
    ) {
        // Somebody may have let both go meanwhile.
        guard quarantines.isHeld(question.incident) else { return }
        let isFreed = order.isInstead && lacks.isEmpty
        if isFreed { _ = blocks.release(question.incident) }
        let report = amend(question.incident) { report in
            report.quarantine = held
            report.add(lacks: lacks)
            if report.state == .cutOff, !isFreed { return }
            (report.state, report.action) = (.killed, "quarantine")
            report.leaseEndsAt = held.until
            for index in report.clients?.indices ?? 0..<0 {
                report.clients?[index].blockedUntil = nil
            }
            if !report.stoppedProcesses.contains(question.pid) {
                report.stoppedProcesses.append(question.pid)
            }
        }
        record.note(JournalEvent(quarantineOf: user, question.incident), in: report)
    }
}

extension Degradation {
    fileprivate static func notReloaded(_ reason: Message) -> Degradation {
        .partialQuarantine(
            Message(
                en: "connections of the user that were open before may still write: \(reason.en)",
                ja: "以前からの接続では書き込めることがあります: \(reason.ja)"))
    }

    fileprivate static func stillServed(_ user: String, _ processes: [Int32]) -> Degradation {
        let list = processes.map { "\($0)" }.joined(separator: ", ")
        return .partialQuarantine(
            Message(
                en: "\(user) may still write over older connections that others use as well: "
                    + "process \(list)",
                ja: "\(user) は他の利用者と共用の以前からの接続では書き込めます: プロセス \(list)"))
    }

    fileprivate static func ownLists(_ user: String, _ shares: [String]) -> Degradation {
        let list = shares.joined(separator: ", ")
        return .partialQuarantine(
            Message(
                en: "shares with a `read list` or `write list` of their own decide by it whether "
                    + "\(user) may write: \(list)",
                ja: "独自の `read list`、`write list` を持つ共有では、その設定が優先されます: \(list)"))
    }
}
