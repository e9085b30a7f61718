import Detection
import Foundation
import Linux
import Testing

@testable import Guarding

struct SuspectTableTests {
    private static let first = ProcessKey(pid: 10, startTicks: 1)

    @Test("only new evidence makes a suspicion")
    func growth() {
        var table = SuspectTable()
        let told = [4.39, 4.25, 4.39, 8.64].map { table.note(Self.first, score: $0) }
        #expect(told == [true, false, true, true])
        table.clear()
        let repeated = table.note(Self.first, score: 8.5)
        #expect(!repeated && table.keys.isEmpty)
        let isWorse = table.note(Self.first, score: 12.89)
        #expect(isWorse && table.keys == [Self.first])
    }

    @Test("whoever was released starts anew")
    func released() {
        var table = SuspectTable()
        _ = table.note(Self.first, score: 8)
        table.remove([Self.first])
        #expect(table.keys.isEmpty)
        let isNew = table.note(Self.first, score: 4.39)
        #expect(isNew)
    }

    @Test("what descends from a suspect is one, and nobody else")
    func descent() throws {
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sh")
        child.arguments = ["-c", "sleep 60 & echo $!; wait"]
        let output = Pipe()
        child.standardOutput = output
        try child.run()
        // It may have been started with all other signals blocked.
        defer {
            kill(child.processIdentifier, SIGKILL)
            child.waitUntilExit()
        }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let grandchild = try #require(Int32(line.trimmingCharacters(in: .newlines)))
        defer { kill(grandchild, SIGKILL) }
        let status = try #require(ProcessTable.status(child.processIdentifier))
        var table = SuspectTable()
        _ = table.note(ProcessKey(pid: status.pid, startTicks: status.startTicks), score: 5)
        var refused = RefusedWriters()
        var lookup = OpenerLookup()
        lookup.follow(table, refused)
        let family = [grandchild, child.processIdentifier, ProcessHandle.own]
        let found = family.map { lookup.opener($0).isSuspect }
        #expect(found == [true, true, false])
        table.clear()
        lookup.follow(table, refused)
        let later = family.map { lookup.opener($0).isSuspect }
        #expect(later == [false, false, false])
        let key = ProcessKey(pid: status.pid, startTicks: status.startTicks)
        (refused.keys, refused.version) = ([key], 1)
        lookup.follow(table, refused)
        let services = family.map { lookup.opener($0) }
        #expect(services.map(\.refused) == [key, key, nil])
        #expect(services.map(\.passes) == [false, false, true])
    }
}
