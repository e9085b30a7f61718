internal import Canaries
internal import Control
internal import Linux
internal import Policies

/// Plants canaries in the watched folders and keeps their list; one thread at a time.
struct CanaryKeeper: ~Copyable {
    private var ledger: Ledger
    private var policy: GuardPolicy
    private var random = SystemRandomNumberGenerator()
    /// Folders that are still to be planted, nearest last.
    private var folders: [BytePath] = []
    /// Planted and guarded, but not in the saved list yet.
    private var unsaved: [Canary] = []
    private var lastSave: UInt64 = 0
    private var whereabouts: Whereabouts
    private var isRetired = false
    /// Folders in which planting failed; they are not tried again until planting is asked for.
    private(set) var failed: [BytePath: PlantError] = [:]

    init(_ policy: GuardPolicy) throws(LedgerError) {
        self.policy = policy
        ledger = try Ledger.open(at: BytePath(policy.stateDirectory).appending("canaries"))
        whereabouts = Whereabouts(policy.watch.map { BytePath($0) })
        remember(ledger.canaries)
    }

    /// Keeps to another policy from now on.
    mutating func apply(_ policy: GuardPolicy) {
        self.policy = policy
        whereabouts = Whereabouts(policy.watch.map { BytePath($0) })
        remember(ledger.canaries + unsaved)
    }

    private mutating func remember(_ canaries: [Canary]) {
        for canary in canaries { whereabouts.remember(canary.path) }
    }

    /// The canaries planted so far that the policy does not ignore.
    var canaries: [Canary] {
        (ledger.canaries + unsaved).filter { !policy.ignores($0.path.bytes) }
    }

    /// How many canaries there are.
    var count: Int { ledger.canaries.count + unsaved.count }

    /// How many folders are still to be planted.
    var foldersLeft: Int { folders.count }

    /// Looks for folders that have no canary yet.
    ///
    /// With `isAsked` also after all were retired, and where planting failed before.
    mutating func findFolders(isAsked: Bool) {
        folders = foldersWithout(isAsked: isAsked).reversed()
        if isAsked { (isRetired, failed) = (false, [:]) }
    }

    /// Follows canaries whose folders were renamed; gives where they were, and what they are now
    /// unless they have left the watched folders and so are removed.
    mutating func follow() -> [(from: BytePath, canary: Canary?)] {
        save()
        var followed = [(from: BytePath, canary: Canary?)]()
        for canary in ledger.canaries {
            guard canary.check(readingContent: false) == .missing,
                let place = whereabouts.find(canary.path), place != canary.path,
                place.lastComponent == canary.path.lastComponent,
                let moved = try? ledger.relocate(canary.path, to: place)
            else { continue }
            if policy.watch.contains(where: { place.isBeneath(BytePath($0)) }) {
                whereabouts.move(canary.path, to: place)
                followed.append((canary.path, moved))
            } else {
                whereabouts.forget(canary.path)
                _ = try? ledger.retire([place])
                followed.append((canary.path, nil))
            }
        }
        return followed
    }

    /// The folders that planting would go to.
    func foldersWithout(isAsked: Bool) -> [BytePath] {
        guard policy.canaries.isEnabled, isAsked || !isRetired else { return [] }
        let known = Set((ledger.canaries + unsaved).map(\.home))
        return foldersToPlant().filter { folder in
            !known.contains(folder) && (isAsked || failed[folder] == nil)
        }
    }

    /// Plants in the next folder; returns what is to be guarded now.
    mutating func plantNext() -> [Canary] {
        guard let folder = folders.popLast() else { return [] }
        if count >= policy.canaries.maximum {
            folders = []
            return []
        }
        var options = PlanOptions()
        options.hiddenFolder = policy.canaries.isHidden
        options.visibleCount = policy.canaries.perFolder
        do throws(PlantError) {
            let made = try Planter.plant(in: folder, options: options, using: &random)
            unsaved += made
            remember(made)
            return saveNowAndThen() ? made : []
        } catch {
            failed[folder] = error
            return []
        }
    }

    /// Saves the list when the unsaved part is no longer small beside it, or a second old, so that
    /// planting n folders does not write the list n times.
    private mutating func saveNowAndThen() -> Bool {
        let now = Clock.monotonicNanoseconds
        let isDue = unsaved.count * 8 >= ledger.canaries.count || now - lastSave > 1_000_000_000
        return isDue || folders.isEmpty ? save() : true
    }

    /// Saves the list; what cannot be listed is removed again, since nobody would ever find it.
    @discardableResult
    mutating func save() -> Bool {
        if unsaved.isEmpty { return true }
        let batch = unsaved
        (unsaved, lastSave) = ([], Clock.monotonicNanoseconds)
        do throws(LedgerError) {
            try ledger.add(batch)
            return true
        } catch {
            for canary in batch { canary.withdraw() }
            return false
        }
    }

    /// Removes every canary that is still ours, and plants no more.
    mutating func retire() throws(LedgerError) -> [Retirement] {
        save()
        (folders, isRetired) = ([], true)
        return try ledger.retire(ledger.canaries.map(\.path))
    }

    /// What became of a canary that somebody touched.
    enum Mending {
        /// It is intact again, or no canary any more.
        case fine
        /// What stood there is none any more; these are.
        case changed([Canary])
        /// It could not be mended now.
        case notNow
    }

    /// Looks at a touched canary and plants it again if it was damaged and the policy says so.
    ///
    /// Whatever has its name now stays: it may be somebody's work.
    mutating func mend(_ path: BytePath) -> Mending {
        save()
        guard let canary = ledger.canaries.first(where: { $0.path == path }) else { return .fine }
        let found = canary.check()
        if found == .intact || canary.restoreTimes() { return .fine }
        if case .unreadable = found { return .notNow }
        guard policy.canaries.replants, !isRetired else { return .notNow }
        if let place = whereabouts.find(path), place != path,
            let moved = try? ledger.relocate(path, to: place)
        {
            whereabouts.move(path, to: place)
            return .changed([moved])
        }
        do throws(ReplantError) {
            let fresh = try ledger.replant(path, damaged: .keep, using: &random)
            whereabouts.forget(path)
            whereabouts.remember(fresh.path)
            return .changed([fresh])
        } catch {
            // Its folder is gone, and with it the reason to guard it.
            guard case .plant(.cannotOpenFolder(_, .noSuchFile)) = error,
                (try? ledger.retire([path])) != nil
            else { return .notNow }
            whereabouts.forget(path)
            return .changed([])
        }
    }

    /// The watched folders and those in them, nearest first.
    private func foldersToPlant() -> [BytePath] {
        var found = policy.watch.map { BytePath($0) }
        var next = 0
        while next < found.count, found.count < policy.canaries.maximumFolders {
            let folder = found[next]
            next += 1
            guard let open = try? FileDescriptor.open(folder, [.directory, .noFollow]),
                let entries = try? open.entries()
            else { continue }
            for entry in entries where entry.kind == .directory {
                if entry.name.bytes.first == UInt8(ascii: ".") { continue }
                let path = folder.appending(entry.name)
                if !policy.ignores(path.bytes) { found.append(path) }
            }
        }
        return Array(found.prefix(policy.canaries.maximumFolders))
    }
}

extension Canary {
    /// The folder that it guards.
    var home: BytePath { hasOwnFolder ? path.parent.parent : path.parent }
}
