/// All persons and groups of a recipients directory, with every member looked up.
public struct RecipientBook: Sendable, Equatable {
    /// A fault and the file it is in, by its index.
    public struct Fault: Error, Equatable, Sendable {
        /// The index of the file.
        public let file: Int
        /// What is wrong there.
        public let error: PolicyError
    }

    /// Why a name gives nobody to seal to.
    public enum LookupError: Error, Equatable, Sendable {
        /// No person and no group has the name.
        case unknown(String)
        /// The person's last day has passed.
        case ended(String, CalendarDate)
        /// The last day of everybody in the group has passed.
        case nobodyLeft(String)
        /// The person is not marked as escrow, and a policy takes them for one.
        case notEscrow(String)
    }

    /// The persons by their order in the files.
    public let persons: [RecipientsFile.Person]
    /// The groups by their order in the files.
    public let groups: [RecipientsFile.Group]

    /// Joins files; a name stands for one person or group in all of them.
    ///
    /// - Parameter files: the files in their order.
    /// - Throws: `Fault` for a name that comes twice, a member that is nobody, and a group that
    ///   contains itself.
    public init(_ files: [RecipientsFile]) throws(Fault) {
        persons = files.flatMap(\.persons)
        groups = files.flatMap(\.groups)
        var names = Set<String>()
        for (index, file) in files.enumerated() {
            for name in file.persons.map(\.name) + file.groups.map(\.name) {
                guard !names.insert(name).inserted, let place = file.places[name] else { continue }
                throw Fault(file: index, error: .repeated(at: place, text: name))
            }
        }
        for (index, file) in files.enumerated() {
            for group in file.groups {
                if let error = fault(of: group, names) { throw Fault(file: index, error: error) }
            }
        }
    }

    private func fault(of group: RecipientsFile.Group, _ names: Set<String>) -> PolicyError? {
        for member in group.members {
            if !names.contains(member.name) {
                return .unknownName(at: member.place, text: member.name)
            }
            if contains(member.name, group.name) {
                return .cycle(at: member.place, text: member.name)
            }
        }
        return nil
    }

    /// Whether a name is another one or a group that leads to it; each group is entered once.
    private func contains(_ name: String, _ searched: String) -> Bool {
        var waiting = [name]
        var seen = Set<String>()
        while let next = waiting.popLast() {
            if next == searched { return true }
            guard seen.insert(next).inserted else { continue }
            waiting += groups.first { $0.name == next }?.members.map(\.name) ?? []
        }
        return false
    }

    /// The persons a name stands for, and those of a group who are left out.
    ///
    /// - Parameters:
    ///   - name: a person or group.
    ///   - today: the day to compare the last days with.
    /// - Returns: persons without repetition; `ended` are members whose last day has passed.
    /// - Throws: `LookupError`.
    public func lookUp(
        _ name: String, today: CalendarDate
    ) throws(LookupError) -> (persons: [RecipientsFile.Person], ended: [RecipientsFile.Person]) {
        if let person = persons.first(where: { $0.name == name }) {
            if let last = person.notAfter, last < today { throw .ended(name, last) }
            return ([person], [])
        }
        guard groups.contains(where: { $0.name == name }) else { throw .unknown(name) }
        let all = members(of: name)
        let ended = all.filter { $0.notAfter.map { $0 < today } ?? false }
        let persons = all.filter { !ended.contains($0) }
        if persons.isEmpty { throw .nobodyLeft(name) }
        return (persons, ended)
    }

    private func members(of name: String) -> [RecipientsFile.Person] {
        var waiting = [name]
        var seen = Set<String>()
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted else { continue }
            waiting += groups.first { $0.name == next }?.members.map(\.name) ?? []
        }
        return persons.filter { seen.contains($0.name) }
    }
}
