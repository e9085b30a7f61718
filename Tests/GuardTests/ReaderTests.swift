import Foundation
import Linux
import Testing

@Suite(
    "Whoever only reads is left alone", .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct ReaderTests {
    struct Reader: CustomTestStringConvertible, Sendable {
        var program: String
        /// A shell line; `$1` is the folder, `$2` an empty place for a copy.
        var line: String
        /// Whether the copy has the same files in the same places.
        var isCopy = false
        var testDescription: String { program }
    }

    static let readers: [Reader] = [
        Reader(program: "/usr/bin/tar", line: "tar -cf - -C $1 . | tar -xf - -C $2", isCopy: true),
        Reader(program: "/usr/bin/rsync", line: "rsync -a $1/ $2/", isCopy: true),
        Reader(program: "/usr/bin/grep", line: "! grep -r nothing-like-this $1"),
        Reader(program: "/usr/bin/find", line: "find $1 -type f -exec md5sum {} + > $2/sums"),
        Reader(
            program: "/usr/bin/borg",
            line: """
                export BORG_BASE_DIR=$2 BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
                borg init -e none $2/repository && borg create $2/repository::one $1
                """),
        Reader(
            program: "/usr/bin/smbclient",
            line:
                "smbclient //127.0.0.1/share -p $PORT -N -c 'prompt OFF; recurse ON; lcd '$2'; mget *'",
            isCopy: true),
    ]

    /// The file server that one of them asks.
    static let server = "/usr/sbin/smbd"

    static let missing = (readers.map(\.program) + [server]).filter {
        !FileManager.default.fileExists(atPath: $0)
    }

    static let installed = readers.filter { reader in
        !missing.contains(reader.program)
            && !(reader.program.hasSuffix("smbclient") && missing.contains(server))
    }

    @Test("with every tool", .enabled(if: missing.isEmpty, "some of the tools are not installed"))
    func everyReader() {
        #expect(Self.installed.count == Self.readers.count)
    }

    @Test("reads every canary and is never held", arguments: installed)
    func reading(_ reader: Reader) throws {
        let range = try GuardedRange(files: 100)
        let share = reader.program.hasSuffix("smbclient") ? try Share(of: range) : nil
        try range.startGuard(mode: "kill", canaries: true, canaryKeys: ", hidden: true")
        let canaries = try CanaryCommandTests.list(range)
        #expect(!canaries.isEmpty)
        let copy = range.home + "/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
        let result = try GuardedRange.runPath(
            "/usr/bin/setsid",
            [
                "--wait", "/bin/sh", "-c", "PORT=\(share?.port ?? 0); " + reader.line, "sh",
                range.files, copy,
            ])
        #expect(result.status == 0, "\(result.output)")
        if reader.isCopy {
            for path in canaries.keys where share == nil || !path.contains("/.") {
                let place = copy + path.dropFirst(range.files.count)
                #expect(FileManager.default.contentsEqual(atPath: path, andPath: place), "\(path)")
            }
        }
        #expect(try CanaryCommandTests.list(range) == canaries)
        range.stopGuard()
        #expect(try range.incidents().isEmpty)
    }
}

/// A real file server for one test, on a port and in a folder of its own.
final class Share {
    let port: Int
    private let process = Process()
    /// The main process.
    var pid: Int32 { process.processIdentifier }
    private let input = Pipe()

    init(of range: GuardedRange) throws {
        let home = range.home + "/samba"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
        port = try Self.freePort()
        let places = ["lock", "state", "cache", "pid"].map { "\($0) directory = \(home)" }
        let policy = """
            [global]
            server role = standalone server
            map to guest = Bad User
            interfaces = lo
            bind interfaces only = yes
            smb ports = \(port)
            disable netbios = yes
            load printers = no
            private dir = \(home)
            ncalrpc dir = \(home)/ncalrpc
            log file = \(home)/log
            \(places.joined(separator: "\n"))
            [share]
            path = \(range.files)
            guest ok = yes
            guest only = yes
            read only = no
            force user = root
            """
        try policy.write(toFile: home + "/smb.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: ReaderTests.server)
        process.arguments = ["-F", "--no-process-group", "-s", home + "/smb.conf"]
        // Without a service manager it ends when its input does.
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let ask = ["//127.0.0.1/share", "-p", "\(port)", "-N", "-c", "pwd"]
        while try GuardedRange.runPath("/usr/bin/smbclient", ask).status != 0 {
            if !process.isRunning { throw CocoaError(.executableLoad) }
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// A port that the kernel has just given and taken back.
    private static func freePort() throws -> Int {
        let line = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); "
        let found = try GuardedRange.runPath(
            "/usr/bin/python3", ["-c", line + "print(s.getsockname()[1])"])
        return Int(found.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }
}
