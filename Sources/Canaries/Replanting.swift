public import Linux

/// What to do with what now has the name of a damaged canary.
public enum DamagedFile: Sendable {
    /// Leave it, as evidence, and plant beside it under a new name.
    case keep
    /// Replace it, once the evidence is safe.
    case replace
}

/// Why a canary could not be planted again.
public enum ReplantError: Error, Equatable, Sendable {
    case unknownPath
    case plant(PlantError)
    case ledger(LedgerError)
}

extension Ledger {
    /// Opens the canary's folder; one that was made for canaries is made again if it is gone.
    private static func planter(of canary: Canary) throws(PlantError) -> Planter {
        let folder = canary.path.parent
        do throws(PlantError) {
            return try Planter(folder: folder)
        } catch {
            guard canary.hasOwnFolder, case .cannotOpenFolder(_, .noSuchFile) = error else {
                throw error
            }
            let above = try Planter(folder: folder.parent)
            return try above.hiddenFolder(
                folder.lastComponent, try above.manner(try above.listing()))
        }
    }

    /// Follows a canary that is intact under another path.
    ///
    /// Where only its own name was changed it gets the old one back; where a folder above it was
    /// renamed the list is changed.
    public mutating func relocate(
        _ path: BytePath, to place: BytePath
    ) throws(ReplantError) -> Canary {
        guard let old = canaries.first(where: { $0.path == path }) else { throw .unknownPath }
        var moved = old
        moved.path = place
        guard moved.check().isSameFile else { throw .unknownPath }
        if place.parent == path.parent,
            let folder = try? FileDescriptor.openWithoutLinks(path.parent),
            (try? folder.rename(place.lastComponent, to: path.lastComponent)) != nil
        {
            return old
        }
        do throws(LedgerError) {
            try change { list in
                list.removeAll { $0.path == path }
                list.append(moved)
            }
        } catch {
            throw .ledger(error)
        }
        return moved
    }

    /// Plants a canary like a missing or damaged one, with new content.
    public mutating func replant(
        _ path: BytePath, damaged: DamagedFile,
        using random: inout some RandomNumberGenerator
    ) throws(ReplantError) -> Canary {
        guard let old = canaries.first(where: { $0.path == path }) else { throw .unknownPath }
        let fresh: Canary
        do throws(PlantError) {
            let planter = try Self.planter(of: old)
            fresh = try planter.replant(old, damaged: damaged, using: &random)
        } catch {
            throw .plant(error)
        }
        do throws(LedgerError) {
            try change { list in
                list.removeAll { $0.path == path }
                list.append(fresh)
            }
        } catch {
            if damaged == .keep { _ = fresh.remove() }
            throw .ledger(error)
        }
        return fresh
    }
}

extension Planter {
    fileprivate func replant(
        _ old: Canary, damaged: DamagedFile,
        using random: inout some RandomNumberGenerator
    ) throws(PlantError) -> Canary {
        let name = old.path.lastComponent
        let listing = try listing()
        let isTaken = listing.files.contains { $0.name == name }
        let isFirst = !old.positions.contains(Position(order: .bytes, end: .last))
        let names =
            isTaken && damaged == .keep
            ? NameChoice(listing).names(
                isFirst ? .first : .last, type: old.type, year: CalendarDay(old.modified).year,
                count: Plan.candidateCount, using: &random)
            : [name]
        let recipe = Recipe(
            type: old.type, byteCount: Int(clamping: old.byteCount), modified: old.modified,
            isJapanese: NameChoice.isJapanese(listing))
        let item = PlannedCanary(
            folder: nil, names: names, recipe: recipe, end: isFirst ? .first : .last)
        var fresh = try plant(
            item, try manner(listing), ownFolder: old.hasOwnFolder,
            replacing: damaged == .replace, using: &random)
        fresh.positions =
            old.hasOwnFolder
            ? old.positions : try self.listing().positions(of: fresh.path.lastComponent)
        return fresh
    }
}
