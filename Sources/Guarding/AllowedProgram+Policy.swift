internal import Linux
internal import Policies
internal import Response

extension AllowedProgram {
    /// The program that a rule of the policy means.
    init(_ rule: AllowRule) {
        self.init(path: BytePath(rule.executable))
        switch rule.digest {
        case .sha256(let digest): self.digest = .sha256(digest)
        case .blake2b(let digest): self.digest = .blake2b(digest)
        case nil: break
        }
        switch rule.user {
        case .id(let number): user = number
        // A user that nobody is: a rule for somebody unknown must not hold for everybody.
        case .name(let name): user = Users.number(of: name) ?? .max
        case nil: break
        }
        folder = rule.folder.map { BytePath($0) }
    }
}
