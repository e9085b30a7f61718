import Foundation
import Testing

private let methods = [
    "inplace", "newdelete", "renamefirst", "truncate", "mmap", "uring", "direct", "copyover",
]
private let workers = ["process", "threads:8", "tree:4", "setsid:4", "per-file"]

/// False where the kernel or a sandbox forbids io_uring.
private let ringsAllowed: Bool = {
    let path = "/proc/sys/kernel/io_uring_disabled"
    let value = try? String(contentsOfFile: path, encoding: .utf8)
    return value?.hasPrefix("0") ?? false
}()

@Suite(
    .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Simulator.isBuilt, "kanaria-attack is not beside the test bundle"))
struct AttackTests {
    @Test(arguments: methods, workers)
    func encryptsEveryFile(method: String, workers: String) throws {
        if method == "uring" && !ringsAllowed { try Test.cancel("io_uring is disabled") }
        let range = try AttackRange()
        #expect(try range.damage().intact == 20)
        let outcome = try range.attack(["--method", method, "--workers", workers])
        #expect(outcome.code == 0, "\(outcome.message)")
        let damage = try range.damage()
        #expect(damage.changed == 20)
        #expect(damage.missing == 0 && damage.extra == 0)
    }

    @Test(arguments: methods)
    func addsTheSuffix(method: String) throws {
        if method == "uring" && !ringsAllowed { try Test.cancel("io_uring is disabled") }
        let range = try AttackRange(files: 9)
        let paths = Set(try range.files().map(\.path))
        #expect(try range.attack(["--method", method, "--suffix", ".locked"]).code == 0)
        #expect(try range.lockedPaths() == paths)
        #expect(try range.files().count == 9)
    }

    @Test(arguments: [("head:4096", 1, 4096), ("intermittent:4096", 2, 4096), ("full", 1, .max)])
    func encryptsOnlyThePart(part: String, stride: Int, block: Int) throws {
        let range = try AttackRange(files: 1, size: 60_000)
        let file = range.folder.appending(path: try #require(range.files().first).path)
        let before = [UInt8](try Data(contentsOf: file))
        #expect(try range.attack(["--part", part]).code == 0)
        let after = [UInt8](try Data(contentsOf: file))
        #expect(before.count == after.count)
        for start in Swift.stride(from: 0, to: before.count - 64, by: 4096) {
            let index = start / 4096
            let selected = block == .max || (stride == 1 ? index == 0 : index % 2 == 0)
            let end = min(start + 4096, before.count)
            #expect((before[start..<end] != after[start..<end]) == selected, "block \(index)")
        }
    }

    @Test(arguments: ["name", "size", "mtime", "depth"])
    func attacksInOrder(order: String) throws {
        let range = try AttackRange()
        let files = try range.files()
        let expected =
            switch order {
            case "size": files.sorted { ($0.size, $0.path) < ($1.size, $1.path) }
            case "mtime": files.sorted { $0.modified > $1.modified }
            case "depth": files.filter { $0.depth == 1 } + files.filter { $0.depth > 1 }
            default: files
            }
        #expect(
            try range.attack(["--order", order, "--limit", "6", "--suffix", ".locked"]).code == 0)
        #expect(try range.lockedPaths() == Set(expected.prefix(6).map(\.path)))
    }

    @Test func repeatsTheRandomOrderOfASeed() throws {
        let choose = { (seed: String) in
            let range = try AttackRange()
            let options = [
                "--order", "random", "--seed", seed, "--limit", "6", "--suffix", ".locked",
            ]
            #expect(try range.attack(options).code == 0)
            return try range.lockedPaths()
        }
        let first = try choose("5")
        #expect(try choose("5") == first)
        #expect(try choose("6") != first)
    }

    @Test func beginsWithTheFirstFile() throws {
        let range = try AttackRange()
        let canary = range.folder.appending(path: ".~canary.docx")
        try Data("a file that others put there".utf8).write(to: canary)
        #expect(try range.attack(["--first", ".~canary.docx", "--limit", "1"]).code == 0)
        #expect(try range.damage().intact == 20)
        #expect(try Data(contentsOf: canary) != Data("a file that others put there".utf8))
        #expect(try range.attack(["--first", "no such file"]).code == 2)
    }

    @Test func keepsTheSpeed() throws {
        let range = try AttackRange()
        let outcome = try range.attack(["--speed", "100", "--workers", "threads:8", "--hold"])
        let figures = try JSONDecoder().decode(Figures.self, from: outcome.output)
        #expect(figures.done == 20 && figures.failed == 0)
        #expect(figures.elapsedNs >= 150_000_000)
    }

    @Test func progressOutlivesTheEnd() throws {
        let range = try AttackRange(files: 60)
        let progress = range.scratch.appending(path: "progress")
        let outcome = try range.attack([
            "--speed", "38", "--deadline", "1", "--progress", progress.path,
        ])
        #expect(outcome.stopped, "SIGALRM ends the attack")
        let bytes = [UInt8](try Data(contentsOf: progress))
        #expect(bytes.count == 4096 + 60 * 16)
        let done = number(bytes, at: 8)
        #expect((1..<60).contains(done))
        #expect(try range.damage().changed - Int(done) <= 1)
        let finished = (0..<60).count { number(bytes, at: 4096 + $0 * 16 + 8) > 0 }
        #expect(finished - Int(done) <= 1)
    }

    private func number(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
