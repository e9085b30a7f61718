internal import Linux
internal import Messages

/// The programs of Samba that the guard asks, each for so long at most; never on the hot path.
enum SambaTools {
    /// Why one of them did not help.
    struct Failure: Error, Equatable {
        /// `smbstatus …`, for people.
        var reason: Message
    }

    /// Beyond this it hangs: they take 30 to 100 ms with 100 connections.
    ///
    /// Source: facts/fileserver.md §1.2.
    static let milliseconds: UInt64 = 3_000
    /// `smbstatus` writes 470 KB with 100 connections and 400 open files.
    static let byteLimit = 16 << 20

    /// Who is connected.
    static func status() throws(Failure) -> [UInt8] {
        // Processes that have ended must not be left out (`--fast`).
        try run("/usr/bin/smbstatus", "smbstatus", ["--fast", "--json"])
    }

    /// Has all processes of Samba read its configuration again.
    static func reload() throws(Failure) {
        _ = try run("/usr/bin/smbcontrol", "smbcontrol", ["smbd", "reload-config"])
    }

    /// The configuration as Samba understands it.
    static func configuration() throws(Failure) -> SambaConfiguration {
        SambaConfiguration(parsing: try run("/usr/bin/testparm", "testparm", ["-s", "-v"]))
    }

    private static func run(
        _ program: BytePath, _ name: String, _ arguments: [BytePath]
    ) throws(Failure) -> [UInt8] {
        let outcome = ChildProcess.run(
            program, arguments: arguments, milliseconds: milliseconds, limit: byteLimit)
        switch outcome {
        case .ended(.exited(0), let output): return output
        case .ended(.exited(let code), _):
            throw failure(name, "ended with \(code)", "が \(code) で終了しました")
        case .ended(.signalled(let number), _):
            throw failure(name, "was ended by signal \(number)", "がシグナル \(number) で終了しました")
        case .timedOut:
            throw failure(name, "wrote too much or took too long", "の出力が終わりません")
        case .failed(let error):
            throw failure(name, "can't be run: \(error)", "を実行できません: \(error)")
        }
    }

    private static func failure(_ name: String, _ en: String, _ ja: String) -> Failure {
        Failure(reason: Message(en: "\(name) \(en)", ja: "\(name) \(ja)"))
    }
}

/// What matters here of Samba's configuration.
struct SambaConfiguration: Sendable, Equatable {
    /// Whether its section `[global]` includes our file.
    var isIncluded = false
    /// The identifiers in `[global]`'s `read list`.
    var readers: Set<String> = []
    /// The user as which nameless ones are let in.
    var guest = ""
    /// The shares with a `read list` or `write list` of their own, for which ours says nothing.
    var ownShares: [String] = []

    /// Reads what `testparm -s -v` writes.
    ///
    /// A share's own `read list` replaces that of `[global]`, and its `write list` wins over both.
    /// Source: smb.conf(5); tried with 4.17.12.
    init(parsing output: [UInt8]) {
        var section = ""
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("[") {
                section = String(line.dropFirst().prefix { $0 != "]" })
                continue
            }
            guard let equals = line.firstIndex(of: "=") else { continue }
            let key = line[..<equals].filter { $0 != "\t" }
            take(
                key.hasSuffix(" ") ? String(key.dropLast()) : String(key),
                line[line.index(after: equals)...].drop { $0 == " " }, in: section)
        }
    }

    private mutating func take(_ key: String, _ value: Substring, in section: String) {
        switch (section.lowercased(), key) {
        case ("global", SambaInclude.marker): isIncluded = value == "yes"
        case ("global", "read list"): readers = Set(value.split(separator: " ").map(String.init))
        case ("global", "guest account"): guest = String(value)
        case ("global", "write list") where !value.isEmpty: ownShares.append("global")
        case ("global", _): break
        case (_, "read list"), (_, "write list"):
            if !ownShares.contains(section) { ownShares.append(section) }
        default: break
        }
    }
}
