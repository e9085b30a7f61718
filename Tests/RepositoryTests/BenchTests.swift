import Foundation
import Testing

/// Whether this machine can run the suite's Python.
private let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

/// What the benchmark suite makes of results; nothing is measured here.
@Suite("The benchmark suite", .timeLimit(.minutes(3)), .enabled(if: hasPython, "needs python3"))
struct BenchTests {
    @Test("passes its own tests")
    func unitTests() throws {
        let run = try python("-m", "unittest", "discover", "-s", "bench/tests")
        #expect(run.code == 0, "\(run.text)")
        #expect(run.text.contains("\nOK"))
        #expect(!run.text.contains("Ran 0 tests"))
    }

    @Test("wrote the figures that are quoted")
    func quotedFigures() throws {
        let pages = [
            "README.md", "README.ja.md", "docs/seal.md", "docs/seal.ja.md",
            "docs/how-it-decides.md", "docs/how-it-decides.ja.md",
        ]
        let run = try python(["bench/bench", "report", "--check", "--readme"] + pages)
        #expect(run.code == 0, "\(run.text)")
    }

    @Test("has no file of more than 400 lines")
    func fileLength() throws {
        let names = try FileManager.default.subpathsOfDirectory(
            atPath: Repository.root.appending(path: "bench").path)
        let files = names.filter { $0.hasSuffix(".py") || $0.hasSuffix(".c") }
        #expect(files.count > 20)
        for file in files { #expect(try Repository.lines("bench/" + file).count <= 401, "\(file)") }
    }

    private func python(_ words: String...) throws -> (code: Int32, text: String) {
        try python(words)
    }

    /// Exit code and everything that was said.
    private func python(_ words: [String]) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B"] + words
        process.currentDirectoryURL = Repository.root
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
