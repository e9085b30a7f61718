public import Linux

/// Numbers for Prometheus, as the node exporter's textfile collector reads them.
///
/// Source: Prometheus, text-based exposition format 0.0.4.
public struct MetricsFile: Sendable {
    private var text = ""

    /// No number yet.
    public init() {}

    /// Adds a number that only grows.
    public mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
        head(name, help, "counter")
        text += "\(name) \(value)\n"
    }

    /// Adds a number that goes up and down.
    public mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        head(name, help, "gauge")
        text += "\(name) \(value)\n"
    }

    /// Adds a number for each value of one label.
    public mutating func gauges(
        _ name: String, _ help: String, _ label: String, _ values: [(label: String, value: Double)]
    ) {
        if values.isEmpty { return }
        head(name, help, "gauge")
        for (word, value) in values {
            text += "\(name){\(label)=\(JSONValue.quoted(word))} \(value)\n"
        }
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Puts the file in place whole, readable for everybody.
    public func write(to path: BytePath) throws(Errno) {
        let file = try AtomicFile(in: path.parent, permissions: 0o644)
        try file.file.setPermissions(0o644)
        try file.file.writeAll(Array(text.utf8).span)
        try file.commit(as: path.lastComponent, replacing: true, isDurable: false)
    }
}
