internal import Control
internal import Linux
internal import Messages
internal import Response
internal import Synchronization

/// Asks Samba who was logged in over a connection, after the stop and beside everything else.
final class SambaSessions: Sendable {
    /// For which incident, and which process served it.
    struct Question: Sendable {
        var incident: String
        var pid: Int32
        var startTicks: UInt64
        /// Whom the process served.
        var clients: [ClientReport]
        /// Samba's log of logons, for what it does not say itself.
        var authLog: BytePath?
        /// Whether the user is to be held to reading.
        var quarantine: QuarantineOrder?
    }

    /// How a user is to be held to reading.
    struct QuarantineOrder: Sendable {
        /// As which user the process acted on files, a hint.
        var actedAs: UInt32?
        /// Whether the client may connect again then.
        var isInstead: Bool
        /// Whether the process is being ended already.
        var isEnding: Bool
        /// Nanoseconds.
        var time: UInt64
        var responder: Responder
    }

    private struct Pending {
        var questions: [Question] = []
        var isRunning = false
    }

    private let pending = Mutex(Pending())

    /// More incidents at once than this are not asked about.
    private static let questionLimit = 64

    /// Looks on a thread of its own and adds what it finds to the incident.
    func ask(_ question: Question, _ state: GuardState, _ record: IncidentRecord) {
        let starts = pending.withLock { pending in
            guard pending.questions.count < Self.questionLimit else { return false }
            pending.questions.append(question)
            defer { pending.isRunning = true }
            return !pending.isRunning
        }
        if !starts { return }
        do throws(Errno) {
            try Thread.run { self.answer(state, record) }.detach()
        } catch {
            pending.withLock { $0 = Pending() }
        }
    }

    private func answer(_ state: GuardState, _ record: IncidentRecord) {
        Thread.setName("samba-sessions")
        Scheduling.setBackground()
        while true {
            let questions = pending.withLock { pending in
                defer { pending.questions = [] }
                pending.isRunning = !pending.questions.isEmpty
                return pending.questions
            }
            if questions.isEmpty { return }
            let status: Result<SambaStatus, SambaTools.Failure>
            do throws(SambaTools.Failure) {
                status = .success(try SambaStatus())
            } catch {
                status = .failure(error)
            }
            for question in questions {
                let answer = Answer(to: question, status)
                if let report = state.amend(question.incident, { answer.add(to: &$0) }) {
                    record.write(sessionsOf: report)
                }
                state.quarantine(answer.session, for: question, record)
            }
        }
    }
}

/// Who was logged in over the connection of an incident.
struct Answer: Sendable {
    private(set) var session: SambaSession?
    private var lacks: [Degradation] = []

    /// What Samba says itself, and else what it wrote when they logged on.
    init(
        to question: SambaSessions.Question, _ status: Result<SambaStatus, SambaTools.Failure>
    ) {
        let reason: Message
        switch status {
        case .success(let status):
            session = status.sessions[question.pid]
            reason = Message(en: "smbstatus does not name it", ja: "smbstatus に該当する接続がありません")
        case .failure(let failure): reason = failure.reason
        }
        if session?.users.isEmpty ?? true, let path = question.authLog {
            let start = Clock.wallTime(ofStart: question.startTicks)
            session =
                AuthLog.session(at: path, of: question.clients, since: start) ?? session
        }
        if session == nil { lacks = [.noSessions(reason)] }
        if let users = session?.users, users.count > 1 {
            lacks = [.severalUsers(users.map(\.name).joined(separator: ","))]
        }
    }

    /// Adds that to the incident, or why it is not known.
    func add(to report: inout IncidentReport) {
        if let session { report.sessions = [session.report] }
        report.add(lacks: lacks)
    }
}

extension Clock {
    /// The time on the wall, in seconds, when a process began; a second early rather than late.
    fileprivate static func wallTime(ofStart ticks: UInt64) -> Int64 {
        // Hundredths of a second since boot; proc_pid_stat(5), "starttime".
        let age = Int64(clamping: bootNanoseconds) - Int64(clamping: ticks &* 10_000_000)
        return (wallNanoseconds - max(0, age)) / 1_000_000_000 - 1
    }
}
