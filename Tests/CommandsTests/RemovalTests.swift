import Foundation
import Testing

private let hasStrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

@Suite("Removing the source", .timeLimit(.minutes(3)))
struct RemovalTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.write("recipients", try kanaria.run(["keygen", "-y", "key"]).output)
        try kanaria.write("plain", "patients")
    }

    private func opens() throws -> Bool {
        try? FileManager.default.removeItem(atPath: kanaria.folder + "/back")
        let run = try kanaria.run(["unlock", "-i", "key", "-o", "back", "plain.age"])
        return run.code == 0 && kanaria.read("back") == "patients"
    }

    @Test("The source goes when the sealed file is there", arguments: [[], ["-a"]])
    func removes(armor: [String]) throws {
        let sealing = ["protect", "-R", "recipients", "--remove-source"]
        let run = try kanaria.run(sealing + armor + ["plain"])
        #expect(run.code == 0, "\(run.error)")
        #expect(run.error.components(separatedBy: "SSD").count == 2)
        #expect(kanaria.read("plain") == nil)
        #expect(try opens())
    }

    @Test("What can't be removed is told before anything is written")
    func notRemovable() throws {
        let sealing = ["protect", "-R", "recipients", "--remove-source"]
        #expect(try kanaria.run(sealing + ["-o", "-", "plain"]).code == 64)
        #expect(try kanaria.run(sealing, input: "x").code == 64)
        #expect(kanaria.names == ["key", "plain", "recipients"])
    }

    @Test("A folder goes as well, but for what came into it", arguments: [false, true])
    func folder(sealsInside: Bool) throws {
        try FileManager.default.createDirectory(
            atPath: kanaria.folder + "/folder/inner", withIntermediateDirectories: true)
        try kanaria.write("folder/inner/名前", "words")
        let output = sealsInside ? "folder/sealed.age" : "sealed.age"
        let run = try kanaria.run([
            "protect", "-R", "recipients", "--remove-source", "-o", output, "folder",
        ])
        #expect(run.code == (sealsInside ? 75 : 0), "\(run.error)")
        #expect(run.error.contains("sealed.age") == sealsInside, "\(run.error)")
        #expect(kanaria.names.contains("folder") == sealsInside)
        #expect(kanaria.read("folder/inner/名前") == nil)
        let opening = ["unlock", "--folder", "-i", "key", "-o", "back", output]
        #expect(try kanaria.run(opening).code == 0)
        #expect(kanaria.read("back/inner/名前") == "words")
    }

    /// The calls between which a crash could lose something.
    private static let calls = [
        "openat", "pread64", "pwrite64", "write", "fsync", "linkat", "unlinkat", "close",
    ]

    @Test(
        "Killed at any call, one of the two files is whole",
        .enabled(if: hasStrace, "needs strace"), arguments: calls)
    func killed(call: String) throws {
        var (isDone, number) = (false, 0)
        while !isDone {
            number += call == "openat" || call == "close" ? 7 : 1
            try? FileManager.default.removeItem(atPath: kanaria.folder + "/plain.age")
            try kanaria.write("plain", "patients")
            let run = try kanaria.call(
                "/usr/bin/strace",
                [
                    "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
                    "-e", "inject=\(call):signal=SIGKILL:when=\(number)", Kanaria.program,
                    "protect", "-R", "recipients", "--remove-source", "plain",
                ])
            isDone = run.code == 0
            let source = kanaria.read("plain")
            #expect(source == "patients" || source == nil, "\(call) \(number)")
            let isSealed = kanaria.names.contains("plain.age")
            let isOpened = try isSealed && opens()
            // What has a name is whole, and the source goes only when it has.
            #expect(isSealed == isOpened, "\(call) \(number)")
            #expect(source != nil || isOpened, "\(call) \(number)")
            if isDone { #expect(source == nil) }
        }
        #expect(number > 1)
    }
}
