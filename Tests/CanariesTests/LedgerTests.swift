import Canaries
import Foundation
import Linux
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LedgerTests {
    let scratch: Scratch
    let state: Scratch
    var home: BytePath { state.place("canaries") }

    init() throws {
        scratch = try Scratch()
        state = try Scratch()
        try scratch.fill()
    }

    func planted() throws -> [Canary] {
        let canaries = try PlanterTests.plant(scratch)
        var ledger = try Ledger.open(at: home)
        try ledger.add(canaries)
        return canaries
    }

    @Test func listSurvivesAndIsPrivate() throws {
        #expect(try Ledger.open(at: home).canaries.isEmpty)
        let canaries = try planted()
        #expect(try Ledger.open(at: home).canaries == canaries)
        #expect(try FileStatus.of(home).permissions == 0o700)
        for name in ["canaries.key", "canaries.json", "canaries.exclude", "canaries.lock"] {
            #expect(try FileStatus.of(home.appending(name)).permissions == 0o600)
        }
        #expect(try FileStatus.of(home.appending("canaries.key")).byteCount == 32)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.description).count == 4)
    }

    @Test func everyFlippedByteIsSeen() throws {
        _ = try planted()
        let place = home.appending("canaries.json")
        let good = try #require(scratch.read(place))
        let file = try FileDescriptor.open(place, .readWrite)
        for at in stride(from: 0, to: good.count, by: 37) {
            try file.writeAll([good[at] ^ 0x20].span, at: UInt64(at))
            #expect(throws: LedgerError.self, "byte \(at)") { _ = try Ledger.open(at: home) }
            try file.writeAll([good[at]].span, at: UInt64(at))
        }
        #expect(try Ledger.open(at: home).canaries.count == 4)
    }

    enum Damage: CaseIterable {
        case noKey, noList, shortKey, otherKey, emptyList, openKey, openFolder
    }

    @Test(arguments: Damage.allCases)
    func errorsAreNamed(damage: Damage) throws {
        _ = try planted()
        let (key, list) = (home.appending("canaries.key"), home.appending("canaries.json"))
        let expected: LedgerError
        switch damage {
        case .noKey:
            try FileManager.default.removeItem(atPath: key.description)
            expected = .keyMissing
        case .noList:
            try FileManager.default.removeItem(atPath: list.description)
            expected = .ledgerMissing
        case .shortKey:
            try FileDescriptor.open(key, .readWrite).truncate(to: 31)
            expected = .keyMalformed
        case .otherKey:
            try FileDescriptor.open(key, .readWrite).writeAll([UInt8](repeating: 1, count: 32).span)
            expected = .tampered
        case .emptyList:
            try FileDescriptor.open(list, .readWrite).truncate(to: 0)
            expected = .malformed
        case .openKey:
            try FileDescriptor.open(key, .readWrite).setPermissions(0o644)
            let user = try FileStatus.of(key).user
            expected = .exposed(key, permissions: 0o644, user: user)
        case .openFolder:
            try FileDescriptor.open(home, [.readOnly, .directory]).setPermissions(0o755)
            expected = .exposed(home, permissions: 0o755, user: try FileStatus.of(home).user)
        }
        #expect(throws: expected) { _ = try Ledger.open(at: home) }
    }

    @Test func startingOverForgets() throws {
        _ = try planted()
        try FileManager.default.removeItem(atPath: home.appending("canaries.key").description)
        #expect(try Ledger.open(at: home, startingOver: true).canaries.isEmpty)
    }

    @Test func retiringRemovesOnlyWhatWasPlanted() throws {
        let canaries = try planted()
        let damaged = try #require(canaries.last)
        try FileDescriptor.open(damaged.path, .readWrite).writeAll(Array("mine".utf8).span)
        var ledger = try Ledger.open(at: home)
        let results = try ledger.retire(canaries.map(\.path) + ["/nowhere"])
        #expect(results.dropLast(2).allSatisfy { $0.outcome == .removed })
        #expect(results[3].outcome == .kept(.changed([.content, .modified])))
        #expect(results[4].outcome == .unknownPath)
        #expect(ledger.canaries == [damaged])
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(names.count == 6 + 1)
    }

    @Test func missingOneIsReplanted() throws {
        let canaries = try planted()
        var ledger = try Ledger.open(at: home)
        var random = Sequence64(state: 3)
        for canary in canaries {
            try FileManager.default.removeItem(atPath: canary.path.description)
            let fresh = try ledger.replant(canary.path, damaged: .keep, using: &random)
            #expect(fresh.path == canary.path && fresh.digest != canary.digest)
            #expect(fresh.check() == .intact)
        }
        #expect(Set(try Ledger.open(at: home).canaries.map(\.path)) == Set(canaries.map(\.path)))
    }

    @Test func damagedOneIsKeptOrReplaced() throws {
        let canary = try #require(try planted().last)
        try FileDescriptor.open(canary.path, .readWrite).writeAll(Array("evidence".utf8).span)
        var ledger = try Ledger.open(at: home)
        var random = Sequence64(state: 3)
        let beside = try ledger.replant(canary.path, damaged: .keep, using: &random)
        #expect(beside.path != canary.path && beside.check() == .intact)
        #expect(scratch.read(canary.path)?.starts(with: Array("evidence".utf8)) == true)
        try FileDescriptor.open(beside.path, .readWrite).writeAll(Array("evidence".utf8).span)
        let inPlace = try ledger.replant(beside.path, damaged: .replace, using: &random)
        #expect(inPlace.path == beside.path && inPlace.check() == .intact)
        #expect(throws: ReplantError.unknownPath) {
            _ = try ledger.replant(canary.path, damaged: .keep, using: &random)
        }
    }

    @Test(.enabled(if: Tool.path("tar") != nil, "needs tar"))
    func tarLeavesCanariesOut() throws {
        try scratch.write("a[1]*.docx")
        _ = try planted()
        let list = home.appending("canaries.exclude").description
        let made = try Tool.run(
            "tar",
            ["-cPf", state.place("t.tar").description, "--anchored", "-X", list, scratch.path])
        #expect(made.status == 0, "\(made.text)")
        let names = try Tool.run("tar", ["-tPf", state.place("t.tar").description]).text
        let files = names.split(separator: "\n").filter { !$0.hasSuffix("/") }
        #expect(files.count == 7, "\(names)")
    }
}
