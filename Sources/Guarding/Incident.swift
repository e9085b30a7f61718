internal import Control
internal import Detection
internal import Linux
internal import Response

/// One attack that was found, and the processes held because of it.
struct Incident {
    var report: IncidentReport
    var held: [HeldProcess]
    /// Processes that may not be signalled.
    var refused: [ProcessKey] = []
    var keys: [ProcessKey]
    /// When a freeze ends by itself, on the clock since boot: setting the time moves it not.
    var leaseEnd: UInt64
}

extension IncidentReport {
    /// Describes the process before anything is done to it that would make it unreadable.
    init(id: String, reason: String, process: ProcessStatus) {
        let pid = process.pid
        let executable = ProcessTable.executable(pid) ?? BytePath("?")
        let user = ProcessTable.user(pid).map { "\($0)" } ?? "?"
        var actor = ActorReport(pid: pid, executable: CarriedPath(executable), user: user)
        actor.command = ProcessTable.commandLine(pid).map(\.description)
        var parent = process.parent
        while parent > 1, actor.ancestors.count < 8, let status = ProcessTable.status(parent) {
            let path = ProcessTable.executable(parent) ?? BytePath("?")
            actor.ancestors.append(AncestorReport(pid: parent, executable: CarriedPath(path)))
            parent = status.parent
        }
        let now = UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000)
        self.init(id: id, at: now, reason: reason, actor: actor, state: .observed)
    }
}

extension ActorReport {
    /// Stands for whoever it was.
    static var unknown: ActorReport {
        ActorReport(pid: 0, executable: CarriedPath("?"), user: "?")
    }
}

extension Reason {
    /// The word used in incidents and journals.
    var name: String {
        switch self {
        case .canary(let contact): "canary-\(contact)"
        case .uniformOverwrites: "uniform-overwrites"
        case .uniformReplacements: "uniform-replacements"
        case .encryptedContainers: "encrypted-containers"
        case .brokenContents: "broken-contents"
        }
    }
}
