internal import Control
internal import Linux
internal import Messages
internal import Policies

/// A guard of the self-test's own, on the private folder alone; it ends with `end`.
struct SelfTestGuard: ~Copyable {
    private let home: BytePath
    private let process: ChildProcess

    /// Where it listens.
    var runDirectory: String { home.description + "/run" }

    /// How long it may take to start.
    private static let patience: UInt64 = 20_000_000_000

    /// Starts `kanariad`, which lies beside this program, and waits until it answers.
    init(
        watching folder: BytePath, like policy: GuardPolicy, _ language: Language
    ) throws(Errno) {
        let name = "kanaria-selftest-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let home = BytePath("/tmp").appending(name)
        try FileDescriptor.open("/tmp", [.directory]).makeDirectory(BytePath(name))
        let file = home.appending("policy.yaml")
        let text = """
            version: 1
            name: selftest
            watch: ["\(Self.quoted(folder))"]
            mode: kill
            sensor: \(policy.sensor.rawValue)
            canaries: {enabled: false}
            state-directory: \(home)/state
            run-directory: \(home)/run
            """
        try FileDescriptor.open(file, [.writeOnly, .create, .exclusive])
            .writeAll(Array(text.utf8).span)
        guard let own = ProcessTable.executable(ProcessHandle.own) else { throw .noSuchFile }
        var options = ChildProcess.Options()
        // A group of its own, so that the terminal's signals end this program first.
        options.newGroup = true
        let process = try ChildProcess(
            own.parent.appending("kanariad"),
            arguments: ["--policy", file, "--lang", BytePath(language.rawValue)],
            options: options)
        self.process = process
        self.home = home
    }

    /// A path of a policy, so it is text without control characters.
    private static func quoted(_ path: BytePath) -> String {
        String(decoding: path.bytes, as: UTF8.self)
            .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// Whether it answers; false when it ended or takes too long.
    func isReady() -> Bool {
        let end = Clock.monotonicNanoseconds + Self.patience
        while Clock.monotonicNanoseconds < end, process.poll() == nil {
            if (try? ControlClient.ask(.status, runDirectory: runDirectory)) != nil { return true }
            Clock.sleep(nanoseconds: 10_000_000)
        }
        return false
    }

    /// Ends it and removes what it kept.
    consuming func end() {
        try? ProcessHandle(pid: process.pid).send(.terminate)
        let home = home
        _ = try? process.wait()
        Self.remove(home)
    }

    /// Removes a folder of ours with all that is in it; links are removed, never followed.
    private static func remove(_ path: BytePath) {
        guard let folder = try? FileDescriptor.open(path, [.directory, .noFollow]),
            let entries = try? folder.entries()
        else { return }
        for entry in entries {
            if entry.kind == .directory {
                remove(path.appending(entry.name))
            } else {
                try? folder.remove(entry.name)
            }
        }
        try? FileDescriptor.open(path.parent, [.directory]).remove(
            path.lastComponent, directory: true)
    }
}
