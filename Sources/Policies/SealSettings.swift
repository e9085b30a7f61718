/// Where the seal's commands look for what they share with others on this machine.
public struct SealSettings: Sendable, Equatable {
    /// Where persons and groups are listed.
    public var recipientsDirectory = "/etc/kanaria/recipients"
    /// The administrator's public key, which the lists are signed with.
    public var administratorKey = "/etc/kanaria/admin.pub"
    /// Where export policies are.
    public var exportsDirectory = "/etc/kanaria/exports"
    /// Where every user's records are kept as well; nil for nowhere.
    public var sharedRecords: String?
    /// Whether nothing is opened when no record can be written.
    public var requiresRecord = false

    /// What holds without a settings file.
    public init() {}

    /// Where the settings are by default.
    public static let path = "/etc/kanaria/seal.yaml"
}

extension SealSettings {
    private static let keys = [
        "version", "recipients-directory", "administrator-key", "exports-directory",
        "shared-records", "require-record",
    ]

    /// The settings in the bytes of a file.
    ///
    /// - Parameter bytes: the whole file.
    /// - Returns: the settings, with defaults for what it does not say.
    /// - Throws: `PolicyError` with the place of the first fault.
    public static func parse(bytes: [UInt8]) throws(PolicyError) -> SealSettings {
        let fields = try Document.root(bytes: bytes).fields(keys)
        try fields.checkVersion()
        var settings = SealSettings()
        if let path = try fields["recipients-directory"]?.path() {
            settings.recipientsDirectory = path
        }
        if let path = try fields["administrator-key"]?.path() { settings.administratorKey = path }
        if let path = try fields["exports-directory"]?.path() { settings.exportsDirectory = path }
        settings.sharedRecords = try fields["shared-records"]?.path()
        settings.requiresRecord = try fields["require-record"]?.boolean() ?? false
        return settings
    }
}
