public import Policies

/// Looks at what this machine allows the guard to do; changes nothing.
public enum Doctor {
    /// Everything that was found, in a fixed order.
    ///
    /// Without a policy only the machine itself is looked at.
    public static func examine(_ policy: GuardPolicy?) -> [Finding] {
        var findings = KernelChecks.all() + PrivilegeChecks.all() + LimitChecks.all(policy)
        findings.append(InspectorCheck.run())
        if let policy { findings += FolderChecks.all(policy) }
        return findings
    }
}
