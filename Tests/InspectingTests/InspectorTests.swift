import Contents
import Foundation
import Linux
import Testing

@testable import Inspecting

/// The program that was built together with these tests.
private let program =
    ProcessTable.executable(ProcessHandle.own)?.parent.appending("kanaria-inspector") ?? ""
private let nobody: UInt32 = 65534

/// A file of a test's own.
private final class Sample {
    let path = NSTemporaryDirectory() + "inspected-\(UUID().uuidString)"
    let byteCount: Int
    init(_ bytes: [UInt8]) throws {
        byteCount = bytes.count
        try Data(bytes).write(to: URL(filePath: path))
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func judged(
        by inspector: inout Inspector, within milliseconds: Int32 = 20_000
    ) throws -> Inspection {
        let file = try FileDescriptor.open(BytePath(path))
        return try inspector.inspect(
            file, byteCount: UInt64(byteCount), withinMilliseconds: milliseconds)
    }

    static func random(_ count: Int) throws -> Sample {
        try Sample((0..<count).map { _ in UInt8.random(in: 0...255) })
    }
}

@Suite("The inspector", .timeLimit(.minutes(1)))
struct InspectorTests {
    private func start() throws -> Inspector {
        try Inspector(executable: program, user: nobody)
    }

    @Test("says what files are")
    func opinions() throws {
        var inspector = try start()
        let random = try Sample.random(9000).judged(by: &inspector)
        #expect(random.judgementClass.isStrong && random.entropyBitsPerByte > 7.9)
        let text = try Sample(Array("A letter.\n".utf8)).judged(by: &inspector)
        #expect(text.judgementClass == .recognised && text.kind == .textASCII)
        let program = try Sample([UInt8](Data(contentsOf: URL(filePath: "/bin/true"))))
        #expect(try program.judged(by: &inspector).kind == .elf)
        inspector.end()
    }

    @Test("knows copies of a ransom note")
    func notes() throws {
        var inspector = try start()
        let note = Array("Your files are encrypted. Pay in bitcoin.\n".utf8)
        let first = try Sample(note).judged(by: &inspector).noteNumber
        let second = try Sample(note).judged(by: &inspector).noteNumber
        let letter = try Sample(Array("A letter.\n".utf8)).judged(by: &inspector).noteNumber
        #expect(first != 0 && first == second && letter == 0)
        inspector.end()
    }

    @Test("has no rights, also as a child of root")
    func rights() throws {
        var inspector = try start()
        _ = try Sample.random(300).judged(by: &inspector)
        let text = try String(contentsOfFile: "/proc/\(inspector.pid)/status", encoding: .utf8)
        func field(_ name: String) -> String {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
            return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
        #expect(field("NoNewPrivs") == "1" && field("Seccomp") == "2")
        #expect(field("CapEff") == "0000000000000000" && field("CapPrm") == "0000000000000000")
        if getuid() == 0 {
            #expect(field("Uid") == "65534\t65534\t65534\t65534" && field("Groups") == "")
        }
        let limits = try String(contentsOfFile: "/proc/\(inspector.pid)/limits", encoding: .utf8)
        #expect(limits.contains(#/Max processes +0 +0/#))
        inspector.end()
    }

    @Test(
        "is ended by the kernel when it tries what it may not",
        arguments: InspectorProcess.Attempt.allCases)
    func cage(attempt: InspectorProcess.Attempt) throws {
        let words = ["--user", "\(nobody)", "--try", attempt.rawValue]
        let process = try ChildProcess(program, arguments: words.map { BytePath($0) })
        #expect(try process.wait() == .signalled(SIGSYS))
    }

    @Test("does not work as root", .enabled(if: getuid() == 0, "needs root"))
    func root() throws {
        let process = try ChildProcess(program, arguments: ["--user", "0"])
        #expect(try process.wait() == .exited(77))
    }

    @Test("tells of its end when it is killed, and another one works")
    func killed() throws {
        var inspector = try start()
        let sample = try Sample.random(5000)
        _ = try sample.judged(by: &inspector)
        #expect(kill(inspector.pid, SIGKILL) == 0)
        #expect(throws: InspectorError.ended) { try sample.judged(by: &inspector) }
        inspector.end()
        var next = try start()
        #expect(try sample.judged(by: &next).judgementClass.isStrong)
        next.end()
    }

    @Test("is late when it hangs, and can be ended all the same")
    func hung() throws {
        var inspector = try start()
        let sample = try Sample.random(5000)
        _ = try sample.judged(by: &inspector)
        #expect(kill(inspector.pid, SIGSTOP) == 0)
        #expect(throws: InspectorError.late) { try sample.judged(by: &inspector, within: 100) }
        inspector.end()
    }

    @Test("bounds what one file may cost")
    func huge() throws {
        var inspector = try start()
        let sample = try Sample([])
        unsafe truncate(sample.path, 1 << 40)
        let file = try FileDescriptor.open(BytePath(sample.path))
        let found = try inspector.inspect(file, byteCount: 1 << 40, withinMilliseconds: 20_000)
        #expect(!found.judgementClass.isStrong)
        inspector.end()
    }

    @Test("can't be started where there is no program")
    func missing() {
        #expect(throws: InspectorError.start(.noSuchFile)) {
            let inspector = try Inspector(executable: "/nowhere", user: nobody)
            inspector.end()
        }
    }
}

@Suite struct InspectionMessageTests {
    private let whole = Inspection(FullJudge.judge(Array("text, nothing else\n".utf8)))

    @Test func comeBackAsTheyWere() throws {
        let bytes = whole.bytes(answering: 7)
        #expect(bytes.count == Inspection.byteCount)
        #expect(Inspection(bytes.span, answering: 7) == whole)
        #expect(Inspection(bytes.span, answering: 8) == nil)
        let request = InspectionRequest(number: 1, fileByteCount: 1 << 40, salt: .max)
        #expect(InspectionRequest(request.bytes.span) == request)
    }

    @Test("are refused where they do not fit the form", arguments: 0..<56)
    func form(at place: Int) {
        let bytes = whole.bytes(answering: 7)
        #expect(Inspection(bytes.span.extracting(0..<place), answering: 7) == nil)
        for value in UInt8.min ... .max {
            var changed = bytes
            changed[place] = value
            guard let read = Inspection(changed.span, answering: 7) else { continue }
            // What is read is what was written, whatever that was.
            #expect(read.bytes(answering: 7) == changed)
            #expect((0...8).contains(read.entropyBitsPerByte))
            #expect(read.uniformBlockCount <= read.blockCount)
        }
    }
}
