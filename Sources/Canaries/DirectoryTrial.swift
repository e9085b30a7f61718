internal import Linux

extension Planter {
    /// The names, those first that come nearest to an end in directory order; used where that
    /// order can't be calculated.
    ///
    /// They are made in a scratch folder beside the files, so that the file system
    /// itself says how it orders them. One that is extreme among many is likely to be so among
    /// the folder's files too: with n names and m files the chance is n / (n + m) where the
    /// order is a hash. Where a trial fails, the names keep their order.
    func sorted(
        _ names: [BytePath], for end: End, using random: inout some RandomNumberGenerator
    ) -> [BytePath] {
        if names.count <= Plan.candidateCount { return names }
        let number = UInt64.random(in: 0...UInt64.max, using: &random)
        let scratch = BytePath(".~" + String(number, radix: 36))
        do throws(Errno) {
            try folder.makeDirectory(scratch)
        } catch {
            return names
        }
        defer { try? folder.remove(scratch, directory: true) }
        guard let place = try? folder.open(scratch, [.readOnly, .directory, .noFollow]) else {
            return names
        }
        defer { for name in names { try? place.remove(name) } }
        // Names of one file, since making a file costs up to a hundred times as much as a link.
        _ = try? place.open(names[0], [.writeOnly, .create, .exclusive, .noFollow])
        for name in names.dropFirst() { try? place.link(names[0], as: name) }
        guard let found = try? place.entries().map(\.name), found.count == names.count else {
            return names
        }
        return end == .first ? found : found.reversed()
    }
}
