import Foundation
import Linux
import Response
import Sodium
import Testing

/// A program in a folder of its own, removed with it.
private final class OwnProgram {
    /// It waits for the end of its input.
    static let original = "/bin/cat"
    let folder: String
    var path: String { folder + "/cat" }

    init() throws {
        folder = "/var/tmp/kanaria-allow-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Self.original, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var rule: AllowedProgram { AllowedProgram(path: BytePath(path)) }

    func content() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Gives the path another file.
    func replace(with bytes: [UInt8]) throws {
        try FileManager.default.removeItem(atPath: path)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// What the list says of a process that runs the program now.
    func permission(_ list: AllowList) throws -> Permission {
        try Running(path).permission(list)
    }
}

/// A process that ends with this.
private final class Running {
    private let process = Foundation.Process()
    private let input = Pipe()

    init(_ path: String) throws {
        process.executableURL = URL(fileURLWithPath: path)
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    var status: ProcessStatus? { ProcessTable.status(process.processIdentifier) }

    func permission(_ list: AllowList) -> Permission {
        list.permission(of: process.processIdentifier)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct AllowListTests {
    @Test("a program is known by its path")
    func byPath() throws {
        let program = try OwnProgram()
        let list = AllowList([program.rule])
        #expect(try program.permission(list) == .everywhere)
        // The same content and the same name elsewhere are not enough.
        let other = try Running(OwnProgram.original)
        #expect(other.permission(list) == .none)
    }

    @Test("another program at the path is not it, the old one still is")
    func replaced() throws {
        let program = try OwnProgram()
        let list = AllowList([program.rule])
        let old = try Running(program.path)
        #expect(old.permission(list) == .everywhere)
        // One more byte behind a program does not hurt it.
        try program.replace(with: try program.content() + [0])
        #expect(try program.permission(list) == .none)
        #expect(old.permission(list) == .everywhere)
    }

    @Test("a program with a digest may be replaced by the same")
    func sameContent() throws {
        let program = try OwnProgram()
        var wanted = program.rule
        let content = try program.content()
        wanted.digest = .sha256(try SHA256.hash(content.span))
        let list = AllowList([wanted])
        #expect(try program.permission(list) == .everywhere)
        try program.replace(with: content)
        #expect(try program.permission(list) == .everywhere)
    }

    @Test("only the content of the rule is allowed", arguments: [32, 64])
    func digest(count: Int) throws {
        let program = try OwnProgram()
        var wanted = program.rule
        let content = try program.content()
        wanted.digest = .blake2b(try BLAKE2b.hash(content.span, count: count))
        let list = AllowList([wanted])
        #expect(try program.permission(list) == .everywhere)
        try program.replace(with: try program.content() + [0])
        #expect(try program.permission(list) == .none)
        wanted.digest = .sha256([UInt8](repeating: 7, count: 32))
        #expect(try program.permission(AllowList([wanted])) == .none)
    }

    @Test("a user and a folder restrict a rule")
    func limits() throws {
        let program = try OwnProgram()
        let running = try Running(program.path)
        var limited = program.rule
        limited.user = ProcessTable.user(ProcessHandle.own)
        #expect(running.permission(AllowList([limited])) == .everywhere)
        limited.user = 4_000_000
        #expect(running.permission(AllowList([limited])) == .none)
        limited.user = nil
        limited.folder = "/srv/a"
        var other = limited
        other.folder = "/srv/b"
        let list = AllowList([limited, other])
        #expect(running.permission(list) == .beneath(["/srv/a", "/srv/b"]))
        let status = try #require(running.status)
        #expect(!Protection(allowed: list).covers(status))
    }

    @Test("a rule for what is not there holds for nobody")
    func missing() throws {
        let list = AllowList([AllowedProgram(path: "/nonexistent/program")])
        #expect(list.isEmpty)
        #expect(list.permission(of: ProcessHandle.own) == .none)
    }
}
