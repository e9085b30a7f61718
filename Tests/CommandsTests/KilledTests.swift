import Foundation
import Testing

private let hasStrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

/// A call that is stopped at each of its system calls in turn.
struct KilledCall: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let arguments: [String]
    /// Its input, which must stay whole, or be replaced by a whole one.
    let source: String
    /// What appears whole or not at all; the source itself where that is replaced.
    let output: String

    static let all = [
        KilledCall(
            testDescription: "protect",
            arguments: ["protect", "-R", "key.pub", "-o", "plain.age", "plain"], source: "plain",
            output: "plain.age"),
        KilledCall(
            testDescription: "protect --remove-source",
            arguments: ["protect", "--remove-source", "-R", "key.pub", "-o", "plain.age", "plain"],
            source: "plain", output: "plain.age"),
        KilledCall(
            testDescription: "unlock", arguments: ["unlock", "-i", "key", "-o", "out", "file.age"],
            source: "file.age", output: "out"),
        KilledCall(
            testDescription: "unlock --folder",
            arguments: ["unlock", "-i", "key", "--folder", "-o", "out", "folder.age"],
            source: "folder.age", output: "out"),
        KilledCall(
            testDescription: "rekey",
            arguments: ["rekey", "-i", "key", "--add", "KEY", "file.age"], source: "file.age",
            output: "file.age"),
    ]
}

@Suite("Killed at any system call", .serialized, .timeLimit(.minutes(5)))
struct KilledTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        for name in ["key", "other"] {
            try kanaria.run(["keygen", "-o", name])
            try kanaria.write(name + ".pub", try kanaria.run(["keygen", "-y", name]).output)
        }
        try kanaria.write("plain", "patients")
        try kanaria.call("/bin/bash", ["-c", "mkdir folder; cp plain folder/a; cp plain folder/b"])
        try kanaria.run(["protect", "-R", "key.pub", "-o", "file.age", "plain"])
        try kanaria.run(["protect", "-R", "key.pub", "folder"])
    }

    /// One system call: the thread that makes it counts its own.
    private struct Point: Hashable {
        let name: String
        let number: Int
    }

    /// The calls from the first that opens a file of the arguments on, once each; what the loader
    /// does before can't touch any.
    private func points(_ arguments: [String]) throws -> [Point] {
        let run = try kanaria.call(
            "/usr/bin/strace", ["-f", "-qq", "-o", ".trace", Kanaria.program] + arguments)
        try #require(run.code == 0, "\(run.error)")
        var counts = [String: Int]()
        var found = Set<Point>()
        var isLoaded = false
        for line in (kanaria.read(".trace") ?? "").split(separator: "\n") {
            // A number of less than five digits is followed by more than one space.
            let thread = line.prefix { $0 != " " }
            let call = line.dropFirst(thread.count).drop { $0 == " " }
            guard let end = call.firstIndex(of: "("), call.first?.isLetter == true else { continue }
            let name = String(call[..<end])
            counts["\(thread) \(name)", default: 0] += 1
            isLoaded = isLoaded || name.hasPrefix("open") && call.contains("\"key")
            if isLoaded {
                found.insert(Point(name: name, number: counts["\(thread) \(name)"] ?? 0))
            }
        }
        return found.sorted { ($0.name, $0.number) < ($1.name, $1.number) }
    }

    /// Takes away what the call before left, and puts back what it replaced.
    private func reset() throws {
        let files = FileManager.default
        try kanaria.write("plain", "patients")
        for name in ["out", "plain.age", "file.age"] {
            try? files.removeItem(atPath: kanaria.folder + "/" + name)
        }
        try files.copyItem(
            atPath: kanaria.folder + "/file.saved", toPath: kanaria.folder + "/file.age")
    }

    @Test(
        "The source is whole, and so is the output or there is none",
        .enabled(if: hasStrace, "needs strace"), arguments: KilledCall.all)
    func killed(_ call: KilledCall) throws {
        let key = try #require(kanaria.read("other.pub")).trimmingCharacters(
            in: .whitespacesAndNewlines)
        let arguments = call.arguments.map { $0 == "KEY" ? key : $0 }
        try kanaria.call("/bin/cp", ["file.age", "file.saved"])
        let points = try points(arguments)
        #expect(points.count > 30)
        for point in points {
            try reset()
            let inject = "inject=\(point.name):signal=SIGKILL:when=\(point.number)"
            _ = try kanaria.call(
                "/usr/bin/strace",
                [
                    "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(point.name)", "-e", inject,
                    Kanaria.program,
                ] + arguments)
            let state = "\(call) at \(point.name) \(point.number)"
            try check(call, state)
        }
    }

    private func check(_ call: KilledCall, _ state: String) throws {
        let source = kanaria.read("plain")
        // Only what was sealed may go.
        let isSealed = kanaria.names.contains("plain.age")
        let mayBeGone = call.arguments.contains("--remove-source") && isSealed
        #expect(source == "patients" || source == nil && mayBeGone, "\(state)")
        switch call.testDescription {
        case "protect", "protect --remove-source":
            if isSealed { try expectOpens("plain.age", state) }
        case "rekey":
            try expectOpens("file.age", state)
        case "unlock":
            #expect([nil, "patients"].contains(kanaria.read("out")), "\(state)")
        default:
            if kanaria.names.contains("out") {
                for name in ["out/a", "out/b"] { #expect(kanaria.read(name) == "patients") }
            }
        }
    }

    private func expectOpens(_ name: String, _ state: String) throws {
        let run = try kanaria.run(["unlock", "-i", "key", "-o", "-", name])
        #expect(run.code == 0 && run.output == "patients", "\(state): \(run.error)")
    }
}
