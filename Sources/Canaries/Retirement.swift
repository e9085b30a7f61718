public import Linux

/// What became of a canary that was to be retired.
public struct Retirement: Equatable, Sendable {
    /// What was done.
    public enum Outcome: Equatable, Sendable {
        /// Removed from the folder and the list.
        case removed
        /// Only removed from the list.
        case alreadyGone
        /// Left where it is, since it is not what was planted; still in the list.
        case kept(Condition)
        /// The kernel refused; still in the list.
        case failed(Errno)
        /// Not in the list.
        case unknownPath
    }

    /// Path of the canary.
    public var path: BytePath
    /// What was done.
    public var outcome: Outcome

    /// Says what was done, or what would be.
    public init(path: BytePath, outcome: Outcome) {
        (self.path, self.outcome) = (path, outcome)
    }
}

extension Canary {
    /// Removes the file as after a failed planting.
    public func withdraw() { _ = remove() }

    /// Removes the file if it is what was planted, and its own folder if that is empty then.
    func remove() -> Retirement.Outcome {
        do throws(Errno) {
            let folder = try FileDescriptor.openWithoutLinks(path.parent)
            let found = try condition(in: folder)
            guard found.isSameFile else { return .kept(found) }
            try folder.remove(path.lastComponent)
        } catch {
            switch error {
            case .noSuchFile, .notDirectory:
                if hasOwnFolder { removeFolder() }
                return .alreadyGone
            case .symbolicLink: return .kept(.changed([.replaced]))
            default: return .failed(error)
            }
        }
        if hasOwnFolder { removeFolder() }
        return .removed
    }

    private func removeFolder() {
        let home = path.parent
        guard let above = try? FileDescriptor.openWithoutLinks(home.parent) else { return }
        try? above.remove(home.lastComponent, directory: true)
    }
}

extension Ledger {
    /// Removes canaries from their folders and the list; whatever else has their names stays.
    public mutating func retire(_ paths: [BytePath]) throws(LedgerError) -> [Retirement] {
        var results = [Retirement]()
        try change { list in
            for path in paths {
                guard let index = list.firstIndex(where: { $0.path == path }) else {
                    results.append(Retirement(path: path, outcome: .unknownPath))
                    continue
                }
                let outcome = list[index].remove()
                if outcome == .removed || outcome == .alreadyGone { list.remove(at: index) }
                results.append(Retirement(path: path, outcome: outcome))
            }
        }
        return results
    }
}
