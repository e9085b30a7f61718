public import Messages

/// What `kanariad` answers.
public enum ControlReply: Codable, Sendable, Equatable {
    /// How the guard is.
    case status(report: StatusReport)
    /// Incidents, newest first.
    case incidents(reports: [IncidentReport])
    /// The request was carried out.
    case done(text: Message)
    /// Planted canaries.
    case canaries(reports: [CanaryReport])
    /// How far planting is.
    case planting(report: PlantingReport)
    /// What became of the canaries that were to be removed.
    case retired(report: RetirementReport)
    /// Lines of the journal, oldest first.
    case journal(lines: [String])
    /// The request waits until a second person asks for the same.
    case waiting(report: PendingReport)
    /// The request was not carried out.
    case refused(reason: Message)
}
