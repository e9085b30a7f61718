internal import CSeccomp

/// Why a filter could not be put in force.
public enum FilterError: Error, Equatable, Sendable {
    /// libseccomp or the kernel refused, with this error number.
    case refused(Int32)
    /// There is no memory for it.
    case noMemory
    /// There is no call of that name here.
    case unknownCall(String)
}

/// A list of the only system calls that this process may make from now on, by libseccomp.
public struct SystemCallFilter: Sendable, Equatable {
    /// What has to be true of an argument, 0...5.
    public enum Condition: Sendable, Equatable {
        /// It has this value.
        case equals(argument: UInt32, UInt64)
        /// None of these bits is set.
        case lacks(argument: UInt32, bits: UInt64)
    }

    /// A call that may be made.
    public struct Rule: Sendable, Equatable {
        let call: String
        let conditions: [Condition]

        /// Allows a call where all conditions hold.
        public init(_ call: String, _ conditions: Condition...) {
            (self.call, self.conditions) = (call, conditions)
        }
    }

    private let rules: [Rule]

    /// Lists what is allowed.
    public init(_ rules: [Rule]) { self.rules = rules }

    /// Puts the filter in force for this process and what it starts; any other call ends it.
    ///
    /// - Throws: `FilterError`; nothing is in force then.
    public func enforce() throws(FilterError) {
        guard let filter = unsafe seccomp_init(SCMP_ACT_KILL_PROCESS) else {
            throw .noMemory
        }
        defer { unsafe seccomp_release(filter) }
        // Calls of another architecture would go past the list.
        try check(
            unsafe seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS))
        for rule in rules {
            let number = unsafe seccomp_syscall_resolve_name(rule.call)
            if number == __NR_SCMP_ERROR { throw .unknownCall(rule.call) }
            let conditions = rule.conditions.map(\.comparison)
            try check(
                unsafe conditions.withUnsafeBufferPointer { list in
                    unsafe seccomp_rule_add_array(
                        filter, SCMP_ACT_ALLOW, number, UInt32(list.count), list.baseAddress)
                })
        }
        try check(unsafe seccomp_load(filter))
    }

    private func check(_ result: Int32) throws(FilterError) {
        if result != 0 { throw .refused(-result) }
    }
}

extension SystemCallFilter.Condition {
    fileprivate var comparison: scmp_arg_cmp {
        switch self {
        case .equals(let argument, let value):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
        case .lacks(let argument, let bits):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: bits, datum_b: 0)
        }
    }
}
