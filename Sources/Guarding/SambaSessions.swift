internal import Control
internal import FoundationEssentials
internal import Linux
internal import Messages
internal import Synchronization

/// Asks Samba who was logged in over a connection, after the stop and beside everything else.
final class SambaSessions: Sendable {
    /// For which incident, and which process served it.
    struct Question: Sendable {
        var incident: String
        var pid: Int32
    }

    private struct Pending {
        var questions: [Question] = []
        var isRunning = false
    }

    private let pending = Mutex(Pending())

    static let program: BytePath = "/usr/bin/smbstatus"
    /// Beyond this it hangs: it takes 31 to 95 ms with 100 connections.
    ///
    /// Source: facts/fileserver.md §1.2.
    static let milliseconds: UInt64 = 3_000
    /// 470 KB with 100 connections and 400 open files.
    static let byteLimit = 16 << 20
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
            let found = Self.look()
            for question in questions {
                let report = state.amend(question.incident) { report in
                    found.add(of: question.pid, to: &report)
                }
                if let report { record.write(sessionsOf: report) }
            }
        }
    }

    private static func look() -> SambaStatus {
        // The process has ended, so its session must not be left out for that (`--fast`).
        let outcome = ChildProcess.run(
            program, arguments: ["--fast", "--json"], milliseconds: milliseconds, limit: byteLimit)
        switch outcome {
        case .ended(.exited(0), let output): return SambaStatus(parsing: output)
        case .ended(.exited(let code), _):
            return .unknown(Message(en: "ended with \(code)", ja: "が \(code) で終了しました"))
        case .ended(.signalled(let number), _):
            return .unknown(
                Message(en: "was ended by signal \(number)", ja: "がシグナル \(number) で終了しました"))
        case .timedOut:
            return .unknown(Message(en: "wrote too much or took too long", ja: "の出力が終わりません"))
        case .failed(let error):
            return .unknown(Message(en: "can't be run: \(error)", ja: "を実行できません: \(error)"))
        }
    }
}

/// What `smbstatus --json` said.
enum SambaStatus: Sendable {
    case sessions([Int32: SessionReport])
    case unknown(Message)

    private struct Document: Decodable {
        struct Server: Decodable { var pid: String }
        struct Session: Decodable {
            var serverId: Server
            var username: String?
            var remoteMachine: String?
        }
        struct Share: Decodable {
            var service: String
            var serverId: Server
        }
        var sessions: [String: Session]?
        var tcons: [String: Share]?
    }

    /// Several users of one connection are told together.
    ///
    /// Source: facts/fileserver.md §1.2; smbstatus of Samba 4.17.
    init(parsing output: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let document = try? decoder.decode(Document.self, from: Data(output)) else {
            self = .unknown(Message(en: "wrote no JSON", ja: "の出力を読めません"))
            return
        }
        var found: [Int32: SessionReport] = [:]
        let sessions = (document.sessions ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        for session in sessions {
            guard let pid = Int32(session.serverId.pid) else { continue }
            let user = session.username ?? "?"
            if let known = found[pid] {
                if !known.users.contains(user) {
                    found[pid]?.user += ",\(user)"
                }
            } else {
                found[pid] = SessionReport(
                    user: user, machine: session.remoteMachine ?? "?", shares: [])
            }
        }
        for share in (document.tcons ?? [:]).values {
            guard let pid = Int32(share.serverId.pid), share.service != "IPC$",
                found[pid]?.shares.contains(share.service) == false
            else { continue }
            found[pid]?.shares.append(share.service)
        }
        self = .sessions(
            found.mapValues { report in
                SessionReport(
                    user: report.user, machine: report.machine, shares: report.shares.sorted())
            })
    }

    /// Adds to an incident who was served by a process, or why that is not known.
    func add(of pid: Int32, to report: inout IncidentReport) {
        switch self {
        case .sessions(let sessions):
            guard let session = sessions[pid] else {
                let reason = Message(en: "does not name it", ja: "に該当する接続がありません")
                return report.degraded = (report.degraded ?? []) + [.noSessions(reason)]
            }
            report.sessions = [session]
            if session.users.count > 1 {
                report.degraded = (report.degraded ?? []) + [.severalUsers(session.user)]
            }
        case .unknown(let reason):
            report.degraded = (report.degraded ?? []) + [.noSessions(reason)]
        }
    }
}
