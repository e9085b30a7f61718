internal import ArgumentParser
internal import Linux

/// What encrypts the documents of a self-test; not for people to call.
///
/// The folder is descriptor 10, the notes are 11. It is called twice: first to start itself once
/// more and end, so that what attacks is nobody's child and only it is stopped.
struct SelfTestAttacker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest-attacker", shouldDisplay: false)

    @Flag var detached = false

    private static let folderNumber: Int32 = 10
    private static let notesNumber: Int32 = 11
    /// 250 files a second, as quick ransomware on one processor.
    private static let pause: UInt64 = 4_000_000

    /// Starts the attacker on a folder.
    static func start(
        on folder: borrowing FileDescriptor, notes: borrowing FileDescriptor
    ) throws(Errno) {
        let first = try ChildProcess(
            try executable(), arguments: ["selftest-attacker"],
            options: try options(folder.rawValue, notes.rawValue))
        _ = try first.wait()
    }

    func run() throws {
        if detached { return try attack() }
        _ = try ChildProcess(
            try Self.executable(), arguments: ["selftest-attacker", "--detached"],
            options: try Self.options(Self.folderNumber, Self.notesNumber))
    }

    private static func executable() throws(Errno) -> BytePath {
        guard let own = ProcessTable.executable(ProcessHandle.own) else { throw .noSuchFile }
        return own
    }

    private static func options(
        _ folder: Int32, _ notes: Int32
    ) throws(Errno) -> ChildProcess.Options {
        var options = ChildProcess.Options()
        options.descriptors = [(folder, folderNumber), (notes, notesNumber)]
        options.newSession = true
        return options
    }

    private func attack() throws {
        let folder = FileDescriptor(owning: Self.folderNumber)
        let notes = FileDescriptor(owning: Self.notesNumber)
        var random = SystemRandomNumberGenerator()
        var started = false
        for index in 0..<SelfTestRange.documentCount {
            // Whatever else is passed by mistake has no such files.
            let file = try folder.open(SelfTestRange.name(index), [.noFollow])
            var bytes = try file.readToEnd(limit: SelfTestRange.documentByteCount)
            // A one-time pad that nobody keeps: what is left cannot be told from a cipher's text.
            for place in bytes.indices { bytes[place] ^= UInt8.random(in: 0...255, using: &random) }
            if !started {
                let line = "\(ProcessHandle.own) \(Clock.monotonicNanoseconds)\n"
                try notes.writeAll(Array(line.utf8).span)
                started = true
            }
            let again = try folder.open(SelfTestRange.name(index), [.writeOnly, .noFollow])
            try again.writeAll(bytes.span)
            Clock.sleep(nanoseconds: Self.pause)
        }
        try notes.writeAll(Array("done\n".utf8).span)
    }
}

/// What the attacker has told.
struct SelfTestNotes {
    var pid: Int32
    var startedAt: UInt64
    var isDone: Bool

    /// Nil until it has begun.
    init?(_ notes: borrowing FileDescriptor) {
        var buffer = [UInt8](repeating: 0, count: 128)
        var span = buffer.mutableSpan
        guard let count = try? notes.read(into: &span, at: 0) else { return nil }
        let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 2, let pid = Int32(words[0]), let start = UInt64(words[1]) else {
            return nil
        }
        (self.pid, startedAt, isDone) = (pid, start, lines.count > 1)
    }
}
