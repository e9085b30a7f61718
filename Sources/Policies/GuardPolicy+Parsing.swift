extension GuardPolicy {
    private static let keys = [
        "version", "name", "watch", "mode", "freeze-lease", "when-lease-ends", "clients",
        "isolation", "evidence", "gate", "sensor", "canaries", "scoring", "pace", "allow", "ignore",
        "journal", "notify", "two-persons", "state-directory", "run-directory", "cpu-budget",
        "realtime",
    ]

    /// The policy in the bytes of a file.
    ///
    /// - Parameter bytes: the whole file.
    /// - Returns: the policy, with defaults for what it does not say.
    /// - Throws: `PolicyError` with the place of the first fault.
    public static func parse(bytes: [UInt8]) throws(PolicyError) -> GuardPolicy {
        try GuardPolicy(try Document.root(bytes: bytes).fields(keys))
    }

    /// The policy in a text.
    ///
    /// - Parameter text: YAML.
    /// - Returns: the policy, with defaults for what it does not say.
    /// - Throws: `PolicyError` with the place of the first fault.
    public static func parse(_ text: String) throws(PolicyError) -> GuardPolicy {
        guard text.utf8.count <= Limits.fileByteCount else {
            throw .tooLong(byteCount: text.utf8.count)
        }
        return try GuardPolicy(try Document.root(of: text).fields(keys))
    }

    private init(_ fields: Fields) throws(PolicyError) {
        // First, since another version may mean other keys.
        try fields.checkVersion()
        name = try fields.required("name").line()
        let watch = try Self.watch(try fields.required("watch"))
        self.watch = watch
        mode = try fields.required("mode").choice(ResponseMode.self)
        freezeLease = try fields.duration(
            "freeze-lease", or: Defaults.freezeLease, in: Limits.freezeLease)
        whenLeaseEnds = try fields.choice("when-lease-ends", or: .release)
        clients = try ClientPolicy(fields.mapping("clients", ClientPolicy.keys))
        isolation = try IsolationPolicy(fields.mapping("isolation", IsolationPolicy.keys))
        gates = try fields["gate"]?.boolean() ?? true
        evidence = try EvidencePolicy(fields.mapping("evidence", EvidencePolicy.keys))
        sensor = try fields.choice("sensor", or: .auto)
        canaries = try CanaryPolicy(fields.mapping("canaries", CanaryPolicy.keys))
        scoring = try ScoringPolicy(fields.mapping("scoring", ScoringPolicy.keys))
        pace = try PacePolicy(fields.mapping("pace", PacePolicy.keys))
        allow = try fields.list("allow") { (entry) throws(PolicyError) in
            try AllowRule(entry, watch: watch)
        }
        ignore = try fields.list("ignore") { (entry) throws(PolicyError) in
            try IgnorePattern(entry, watch: watch)
        }
        journal = try JournalPolicy(fields.mapping("journal", JournalPolicy.keys))
        notify = try fields["notify"].map { (entry) throws(PolicyError) in try NotifyPolicy(entry) }
        twoPersons = try fields["two-persons"].map { (entry) throws(PolicyError) in
            try TwoPersonPolicy(entry)
        }
        stateDirectory = try fields["state-directory"]?.path() ?? Defaults.stateDirectory
        runDirectory = try fields["run-directory"]?.path() ?? Defaults.runDirectory
        cpuBudgetPercent =
            try fields["cpu-budget"]?.percent(Limits.cpuPercent) ?? Defaults.cpuBudgetPercent
        isRealtime = try fields["realtime"]?.boolean() ?? true
    }

    private static func watch(_ entry: Entry) throws(PolicyError) -> [String] {
        var paths: [String] = []
        for item in try entry.list() {
            let path = try item.path()
            guard !paths.contains(path) else { throw .repeated(at: item.place, text: path) }
            paths.append(path)
        }
        guard !paths.isEmpty else { throw .emptyList(at: entry.place) }
        return paths
    }
}

extension CanaryPolicy {
    fileprivate static let keys = [
        "enabled", "per-folder", "max", "max-folders", "hidden", "replant",
    ]

    fileprivate init(_ fields: Fields) throws(PolicyError) {
        isEnabled = try fields["enabled"]?.boolean() ?? true
        perFolder = try fields["per-folder"]?.integer(Limits.perFolder) ?? Defaults.perFolder
        maximum = try fields["max"]?.integer(Limits.canaryCount) ?? Defaults.maximum
        maximumFolders =
            try fields["max-folders"]?.integer(Limits.canaryCount) ?? Defaults.maximumFolders
        isHidden = try fields["hidden"]?.boolean() ?? false
        replants = try fields["replant"]?.boolean() ?? true
    }
}

extension ScoringPolicy {
    fileprivate static let keys = ["rewrites-per-day", "suspicious"]

    fileprivate init(_ fields: Fields) throws(PolicyError) {
        rewritesPerDay =
            try fields["rewrites-per-day"]?.number(Limits.rewritesPerDay)
            ?? Defaults.rewritesPerDay
        suspicious = try fields["suspicious"]?.number(Limits.suspicious) ?? Defaults.suspicious
    }
}

extension PacePolicy {
    fileprivate static let keys = ["calm", "sample-every", "sample-for"]

    fileprivate init(_ fields: Fields) throws(PolicyError) {
        calm = try fields.duration("calm", or: Defaults.calm, in: Limits.calm)
        sampleEvery = try fields.duration(
            "sample-every", or: Defaults.sampleEvery, in: Limits.sampleEvery)
        sampleFor = try fields.duration("sample-for", or: Defaults.sampleFor, in: Limits.sampleFor)
        guard sampleFor < sampleEvery else {
            let entry = fields["sample-for"] ?? fields["sample-every"]
            throw .outOfRange(
                at: entry?.place ?? fields.place, text: DurationText.write(sampleFor),
                least: DurationText.write(Limits.sampleFor.least),
                most: DurationText.write(sampleEvery))
        }
    }
}
