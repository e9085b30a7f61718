import Foundation
import Testing

@Suite(
    .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Simulator.isBuilt, "kanaria-attack is not beside the test bundle"))
struct RefusalTests {
    private static let marker = ".kanaria-attack-range"
    private let files = FileManager.default

    /// Every command that needs a range refuses the folder, and changes nothing in it.
    private func expectRefusal(of folder: URL, says reason: String) throws {
        let victim = folder.appending(path: "victim.txt")
        try Data("keep me".utf8).write(to: victim)
        for command in ["run", "verify", "remove"] {
            let outcome = try Simulator.run([command, folder.path])
            #expect(outcome.code == 3, "\(command)")
            #expect(outcome.message.contains(reason), "\(outcome.message)")
        }
        #expect(try Data(contentsOf: victim) == Data("keep me".utf8))
    }

    @Test func refusesAFolderWithoutMarker() throws {
        let range = try AttackRange(files: 1)
        let plain = range.scratch.appending(path: "plain")
        try files.createDirectory(at: plain, withIntermediateDirectories: false)
        try expectRefusal(of: plain, says: "no marker")
    }

    @Test func refusesTheMarkerOfAnotherFolder() throws {
        let range = try AttackRange(files: 1)
        let plain = range.scratch.appending(path: "plain")
        try files.createDirectory(at: plain, withIntermediateDirectories: false)
        let copy = plain.appending(path: Self.marker)
        try Data(contentsOf: range.folder.appending(path: Self.marker)).write(to: copy)
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.path)
        try expectRefusal(of: plain, says: "another folder")
    }

    @Test(arguments: ["flip", "cut", "empty", "readable"])
    func refusesAForgedMarker(forgery: String) throws {
        let range = try AttackRange(files: 2)
        let marker = range.folder.appending(path: Self.marker)
        var bytes = [UInt8](try Data(contentsOf: marker))
        switch forgery {
        case "flip": bytes[40] ^= 1
        case "cut": bytes.removeLast()
        case "empty": bytes = []
        default: break
        }
        try Data(bytes).write(to: marker)
        let mode = forgery == "readable" ? 0o644 : 0o600
        try files.setAttributes([.posixPermissions: mode], ofItemAtPath: marker.path)
        try expectRefusal(of: range.folder, says: "not genuine")
    }

    @Test(arguments: ["link", "link/", "up/range"])
    func refusesAPathThroughALink(path: String) throws {
        let range = try AttackRange(files: 2)
        try files.createSymbolicLink(
            at: range.scratch.appending(path: "link"), withDestinationURL: range.folder)
        try files.createSymbolicLink(
            at: range.scratch.appending(path: "up"), withDestinationURL: range.scratch)
        let outcome = try Simulator.run(["run", range.scratch.path + "/" + path])
        #expect(outcome.code == 3)
        #expect(outcome.message.contains("symbolic link"))
        #expect(try range.damage().intact == 2)
    }

    @Test func leavesLinkedFilesAlone() throws {
        let range = try AttackRange(files: 2)
        let outside = range.scratch.appending(path: "outside")
        try files.createDirectory(at: outside, withIntermediateDirectories: false)
        let file = outside.appending(path: "file")
        try Data("keep me".utf8).write(to: file)
        try files.linkItem(at: file, to: range.folder.appending(path: "hard"))
        try files.createSymbolicLink(
            at: range.folder.appending(path: "soft"), withDestinationURL: file)
        try files.createSymbolicLink(
            at: range.folder.appending(path: "softFolder"), withDestinationURL: outside)
        #expect(try range.attack([]).code == 0)
        #expect(try range.damage().changed == 2)
        #expect(try Simulator.run(["remove", range.folder.path]).code == 0)
        #expect(!files.fileExists(atPath: range.folder.path))
        #expect(try Data(contentsOf: file) == Data("keep me".utf8))
    }

    @Test func refusesAFolderFilledByOthers() throws {
        let range = try AttackRange(files: 1)
        for index in 0..<300 {
            try Data("keep me".utf8).write(to: range.folder.appending(path: "mine-\(index)"))
        }
        #expect(try range.attack([]).code == 3)
        #expect(try Simulator.run(["remove", range.folder.path]).code == 3)
        #expect(
            try range.damage() == Damage(intact: 1, changed: 0, missing: 0, extra: 300, bytes: 0))
    }

    @Test func keepsProgressOutOfTheRange() throws {
        let range = try AttackRange(files: 1)
        let inside = range.folder.appending(path: "progress")
        #expect(try range.attack(["--progress", inside.path]).code == 2)
        #expect(!files.fileExists(atPath: inside.path))
        #expect(try range.damage().intact == 1)
    }

    @Test func makeRefusesAnExistingFolder() throws {
        let range = try AttackRange(files: 1)
        #expect(try Simulator.run(["make", range.scratch.path]).code == 3)
    }

    @Test(arguments: [
        ["run"], ["attack", "x"], ["run", "x", "--method", "other"], ["run", "x", "--speed", "0"],
        ["run", "x", "--workers", "tree:65"], ["run", "x", "--hold", "--workers", "per-file"],
        ["run", "x", "--suffix", "a/b"], ["make", "x", "--files"], ["verify", "x", "--hold"],
        ["run", "x", "--part", "intermittent:1000"],
    ])
    func refusesWrongArguments(arguments: [String]) throws {
        #expect(try Simulator.run(arguments).code == 2)
    }

    @Test(arguments: [("ja_JP.UTF-8", "終了コード"), ("C.UTF-8", "Exit:")])
    func explainsItself(language: String, expected: String) throws {
        let outcome = try Simulator.run(["--help"], language: language)
        #expect(outcome.code == 0)
        #expect(String(decoding: outcome.output, as: UTF8.self).contains(expected))
    }
}
