import Foundation
import Testing

@Suite struct DocumentTests {
    // Ways to change a file that the kernel does not report, or reports wrongly.
    // Source: facts/kernel.md §1.
    private static let gaps = [
        "mmap", "before the mark", "mprotect", "io_submit", "SQPOLL", "EXT4_IOC_MOVE_EXT",
        "EXT4_IOC_SWAP_BOOT", "XFS_IOC_EXCHANGE_RANGE", "open_by_handle_at", "O_APPEND",
        "truncate(2)", "overlayfs", "loop", "block device", "subvolume", "NFS", "rename", "unlink",
        "overflow",
    ]

    @Test("names what it does not see", arguments: gaps)
    func limits(gap: String) throws {
        #expect(try Repository.text("docs/limits.md").contains(gap))
    }

    @Test("speaks of the two commands", arguments: ["README.md", "README.ja.md"])
    func readme(file: String) throws {
        let text = try Repository.text(file)
        #expect(text.contains("make demo") && text.contains("make test"))
    }

    /// What was checked in must work on a machine that is not ours.
    @Test func namesNoMachine() throws {
        let folder = "/" + "work/"
        let suffixes = [".swift", ".md", ".c", ".h", ".sh", ".py", ".yaml", ".yml", "Makefile"]
        let top = ["Sources", "Tests", "bench", "docs", "packaging", "policies", ".ci"]
        var files = ["Package.swift", "Makefile", "README.md", "README.ja.md", "CHANGELOG.md"]
        for place in top {
            let folder = Repository.root.appending(path: place).path
            let found = FileManager.default.subpaths(atPath: folder) ?? []
            files += found.filter { path in suffixes.contains { path.hasSuffix($0) } }
                .map { place + "/" + $0 }
        }
        files += [".ci/run", "packaging/install-dependencies"]
        for file in files where !file.contains("/corpus/") {
            let text = String(
                decoding: try Data(contentsOf: Repository.root.appending(path: file)),
                as: UTF8.self)
            for line in text.split(separator: "\n") where line.contains(folder) {
                // The name may be part of a longer path, as in `/home/work/`.
                #expect(!startsPath(folder, in: String(line)), "\(file): \(line)")
            }
        }
    }

    private func startsPath(_ folder: String, in line: String) -> Bool {
        guard let range = line.range(of: folder) else { return false }
        guard range.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: range.lowerBound)]
        return !before.isLetter && !before.isNumber && before != "}"
    }
}
