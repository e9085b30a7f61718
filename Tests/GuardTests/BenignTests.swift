import Foundation
import Testing

/// A script of `bench/benign`, and what its head says.
struct BenignWork: CustomTestStringConvertible, Sendable {
    var name: String
    var missing: [String]
    var testDescription: String { missing.isEmpty ? name : "\(name), missing \(missing)" }

    static let folder = #filePath.components(separatedBy: "/Tests/")[0] + "/bench/benign"

    static let quick: [BenignWork] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            guard name.hasSuffix(".sh"), name != "common.sh",
                let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8),
                text.contains("\n# quick: yes\n")
            else { return nil }
            let line = text.split(separator: "\n").first { $0.hasPrefix("# needs: ") }
            let tools = line?.dropFirst(9).split(separator: " ").map(String.init) ?? []
            return BenignWork(name: name, missing: tools.filter { !isThere($0) })
        }
    }()

    private static func isThere(_ tool: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let places = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return places.contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + tool) }
    }
}

@Suite(
    "Honest work under the guard", .serialized,
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct BenignTests {
    @Test(
        "is never stopped", .timeLimit(.minutes(3)),
        arguments: BenignWork.quick.filter { $0.missing.isEmpty })
    func calm(_ work: BenignWork) throws {
        let range = try GuardedRange(files: 20)
        try range.startGuard(mode: "kill", canaries: true)
        let folder = range.files + "/work"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let line = """
            cd '\(folder)' && KANARIA_QUICK=1 /bin/sh '\(BenignWork.folder)/\(work.name)' > /dev/null 2>&1
            """
        #expect(try GuardedRange.sh(line) == 0)
        range.stopGuard()
        let told = try range.incidents().map { incident in
            let files = incident["files"] as? [[String: Any]] ?? []
            let acts = files.map { "\($0["evidence"] ?? "?") \($0["path"] ?? "?")" }
            return "\(incident["reason"] ?? "?"): \(acts)"
        }
        #expect(told.isEmpty)
    }

    @Test(
        "is tried as far as its tools are there",
        arguments: BenignWork.quick.filter { !$0.missing.isEmpty })
    func left(_ work: BenignWork) {
        withKnownIssue("\(work.name) is left out: \(work.missing) missing", isIntermittent: true) {
            #expect(work.missing.isEmpty)
        }
    }
}
