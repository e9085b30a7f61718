public import Linux
public import Policies

/// Looks at what this machine allows the guard to do; changes nothing.
public enum Doctor {
    /// Everything that was found, in a fixed order.
    ///
    /// Without a policy only the machine itself is looked at. `inspector` is the socket that the guard
    /// is told of with `--inspector`; nil for the package's where it is there, else the program beside
    /// this one.
    public static func examine(_ policy: GuardPolicy?, inspector: BytePath? = nil) -> [Finding] {
        var findings = KernelChecks.all() + PrivilegeChecks.all() + LimitChecks.all(policy)
        findings.append(InspectorCheck.run(at: inspector))
        if let policy { findings += FolderChecks.all(policy) }
        return findings
    }
}
