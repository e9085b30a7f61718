/// A service for everybody whose writes are refused.
public struct RefusalReport: Codable, Sendable, Equatable {
    /// The incident, for `release`.
    public var incident: String
    /// Its main process; what descends from it is meant as well.
    public var pid: Int32
    /// Its program.
    public var executable: CarriedPath
    /// When it may write again.
    public var until: UnixTime
    /// Openings refused so far.
    public var count: UInt64

    /// Names a service and its incident.
    public init(
        incident: String, pid: Int32, executable: CarriedPath, until: UnixTime, count: UInt64
    ) {
        (self.incident, self.pid, self.executable) = (incident, pid, executable)
        (self.until, self.count) = (until, count)
    }
}
