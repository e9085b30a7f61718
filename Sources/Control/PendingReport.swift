/// A request that waits for a second person.
public struct PendingReport: Codable, Sendable, Equatable {
    /// What was asked, as `kanaria` is called for it.
    public var request: String
    /// Who asked first.
    public var askedBy: PersonReport
    /// Until when a second person can agree.
    public var until: UnixTime

    /// Names a request.
    public init(request: String, askedBy: PersonReport, until: UnixTime) {
        (self.request, self.askedBy, self.until) = (request, askedBy, until)
    }
}

extension PersonReport {
    /// Whether these are surely two persons.
    ///
    /// With `sudo` everybody is user 0, so that the users as whom they logged in decide. Where one
    /// of them is not known nobody can tell; where both are not, the users decide.
    public func isOther(than first: PersonReport) -> Bool {
        switch (login, first.login) {
        case (let own?, let other?): own != other
        case (nil, nil): user != first.user
        default: false
        }
    }
}
