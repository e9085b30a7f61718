public import Control
internal import Linux

/// What was known of the machine at the time.
struct SystemFacts: Codable, Sendable, Equatable {
    /// The kernel, in its own words.
    var kernel: String
    /// The name of the machine.
    var host: String
    /// Which start of the machine.
    var boot: String
    /// The wall clock when this was read, and nanoseconds since boot, which setting it moves not.
    var at: UnixTime
    var bootNanoseconds: UInt64
    /// Who was logged in.
    var logins: [LoginFacts]

    /// Reads it.
    static func read() -> SystemFacts {
        func line(_ path: BytePath) -> String {
            let text = ProcessTable.contents(path, limit: 4096) ?? []
            return ProcessText.shown(text.prefix { $0 != 10 })
        }
        let utmp = ProcessTable.contents("/run/utmp", limit: 1 << 20) ?? []
        return SystemFacts(
            kernel: line("/proc/version"), host: line("/proc/sys/kernel/hostname"),
            boot: line("/proc/sys/kernel/random/boot_id"),
            at: UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000),
            bootNanoseconds: Clock.bootNanoseconds,
            logins: LoginFacts.parse(utmp: utmp) + LoginFacts.sessions())
    }
}

/// One login.
public struct LoginFacts: Codable, Sendable, Equatable {
    /// Where it is recorded: `utmp` or `logind`.
    public var source: String
    /// The user's name, or number where that is not told.
    public var user: String
    /// The terminal; empty where it has none.
    public var terminal: String
    /// From where; empty for this machine.
    public var host: String
    /// The process that logged the user in.
    public var process: Int32?
    /// Since when; nil where it is not told.
    public var since: UnixTime?

    /// Logins in the bytes of `/run/utmp`; none where records have another form.
    ///
    /// Form of a record of 384 bytes: type at 0, process at 4, line at 8, user at 44, host at 76,
    /// seconds at 340. Source: utmp(5); bits/utmp.h of glibc for 64-bit machines with 32-bit ones
    /// beside them.
    public static func parse(utmp bytes: [UInt8]) -> [LoginFacts] {
        guard bytes.count % 384 == 0 else { return [] }
        return stride(from: 0, to: bytes.count, by: 384).compactMap { start in
            let record = Array(bytes[start..<start + 384])
            func text(_ range: Range<Int>) -> String { ProcessText.shown(record[range]) }
            func number(_ place: Int) -> UInt32 {
                (0..<4).reduce(0) { $0 | UInt32(record[place + $1]) << (8 * UInt32($1)) }
            }
            // USER_PROCESS.
            guard record[0] == 7, record[1] == 0 else { return nil }
            return LoginFacts(
                source: "utmp", user: text(44..<76), terminal: text(8..<40), host: text(76..<332),
                process: Int32(bitPattern: number(4)),
                since: UnixTime(milliseconds: Int64(number(340)) * 1000))
        }
    }

    /// A login in a file of `/run/systemd/sessions`; nil where it names no user.
    ///
    /// Source: the files of systemd 252; they are private to it and may change.
    public static func parse(session text: [UInt8]) -> LoginFacts? {
        var values: [String: String] = [:]
        for line in text.split(separator: 10) {
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[ProcessText.shown(parts[0])] = ProcessText.shown(parts[1])
        }
        guard let user = values["USER"] ?? values["UID"] else { return nil }
        return LoginFacts(
            source: "logind", user: user, terminal: values["TTY"] ?? "",
            host: values["REMOTE_HOST"] ?? "", process: values["LEADER"].flatMap { Int32($0) },
            since: values["REALTIME"].flatMap { Int64($0) }.map {
                UnixTime(milliseconds: $0 / 1000)
            })
    }

    fileprivate static func sessions() -> [LoginFacts] {
        let folder: BytePath = "/run/systemd/sessions"
        guard let entries = try? FileDescriptor.open(folder, [.directory]).entries() else {
            return []
        }
        return entries.filter { $0.kind == .regular }.prefix(256).compactMap { entry in
            ProcessTable.contents(folder.appending(entry.name), limit: 1 << 16)
                .flatMap(parse(session:))
        }
    }
}
