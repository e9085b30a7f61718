/// The version that all the programs report.
public enum Version {
    /// Major, minor and patch number.
    public static let current = "0.1.0"
}
