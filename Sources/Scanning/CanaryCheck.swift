public import Canaries
public import Linux

/// How the canaries of this machine's guard are that lie beneath scanned places.
public struct CanaryCheck: Sendable, Equatable {
    /// Canaries that are not as they were planted.
    public private(set) var findings: [Finding] = []
    /// Canaries that were looked at.
    public private(set) var checkedCount = 0
    /// Canaries that the kernel did not let be read.
    public private(set) var unreadableCount = 0

    /// Looks at them.
    ///
    /// - Parameters:
    ///   - state: the guard's state directory.
    ///   - roots: the scanned places.
    /// - Throws: `LedgerError` where there is a list, but it can't be read or believed.
    public init(state: BytePath, roots: [BytePath]) throws(LedgerError) {
        let canaries: [Canary]
        do throws(LedgerError) {
            canaries = try Ledger.read(at: state.appending("canaries"))
        } catch .system(_, .noSuchFile) {
            return
        }
        let real = roots.compactMap { try? FileDescriptor.open($0, [.pathOnly]).path() }
        for canary in canaries where real.contains(where: { canary.path.isBeneath($0) }) {
            checkedCount += 1
            switch canary.check() {
            // Whoever restores a backup may have moved its times.
            case .intact, .changed([.modified]): break
            case .missing: findings.append(.canary(canary.path, isMissing: true))
            case .changed: findings.append(.canary(canary.path, isMissing: false))
            case .unreadable: unreadableCount += 1
            }
        }
    }
}
