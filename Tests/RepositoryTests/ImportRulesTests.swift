import Foundation
import Testing

/// What each target may import besides the standard library; docs/architecture.md says why.
private let allowed: [String: Set<String>] = [
    "Linux": ["CLinux", "Synchronization"],
    "Sodium": ["CSodium", "Synchronization"],
    "Magic": ["CMagic"],
    "YAML": ["CYAML"],
    "Compression": ["CCompression"],
    "Seccomp": ["CSeccomp"],
    "Curl": ["CCurl"],
    "Contents": ["Compression"],
    "Detection": ["Contents"],
    "Messages": [],
    "Policies": ["Messages", "YAML"],
    "PostQuantum": ["Crypto", "FoundationEssentials", "Sodium"],
    "Age": ["PostQuantum", "Sodium"],
    "Canaries": ["FoundationEssentials", "Linux", "Sodium"],
    "Control": ["FoundationEssentials", "Linux", "Messages"],
    "Deadline": ["Linux"],
    "Evidence": [
        "Compression", "Control", "FoundationEssentials", "Linux", "Messages", "Sodium",
    ],
    "Inspecting": ["Contents", "Linux", "Seccomp"],
    "Alerts": ["Linux"],
    "Journal": ["Alerts", "Linux", "Messages", "Sodium", "Synchronization"],
    "Sensing": ["Linux", "Messages"],
    "Attribution": ["Linux", "Synchronization"],
    "Response": ["Attribution", "Detection", "Linux", "Sodium", "Synchronization"],
    "Reviewing": ["Contents", "Linux", "Magic"],
    "Sketches": ["Contents", "Linux", "Synchronization"],
    "Scanning": [
        "Canaries", "Contents", "Control", "FoundationEssentials", "Linux", "Sodium",
        "Synchronization",
    ],
    "Sealing": ["Age", "Linux", "Policies", "Sodium", "Synchronization"],
    "Guarding": [
        "Attribution", "Canaries", "Contents", "Control", "Deadline", "Detection", "Evidence",
        "FoundationEssentials", "Inspecting", "Journal", "Linux", "Messages", "Policies",
        "Response",
        "Sensing",
        "Sketches",
        "Synchronization",
    ],
    "Notifying": [
        "Alerts", "Curl", "Linux", "Messages", "Policies", "Sodium", "YAML",
    ],
    "Diagnosis": ["Inspecting", "Linux", "Messages", "Policies", "Sensing"],
    "Commands": [
        "Age", "ArgumentParser", "Canaries", "Contents", "Control", "Diagnosis", "Evidence",
        "FoundationEssentials", "Journal", "Linux", "Messages", "Policies", "Reviewing",
        "Scanning", "Sealing", "Synchronization",
    ],
    "kanariad": ["Guarding", "Linux", "Messages", "Policies"],
    "kanaria-deadline": ["Deadline", "Linux"],
    "kanaria-inspector": ["Inspecting", "Linux"],
    "kanaria-notifier": ["Linux", "Notifying"],
    "kanaria": ["Commands"],
]

@Suite struct ImportRulesTests {
    @Test func everyTargetHasARule() {
        #expect(Set(Repository.targets("Sources")).subtracting(allowed.keys).isEmpty)
    }

    @Test("imports only what its layer allows", arguments: Repository.targets("Sources"))
    func imports(target: String) throws {
        for file in Repository.swiftFiles("Sources/" + target) {
            for line in try Repository.lines(file) {
                guard let module = imported(line) else { continue }
                #expect(allowed[target, default: []].contains(module), "\(file): \(line)")
            }
        }
    }

    @Test(
        "finds the module of an import",
        arguments: [
            ("import Linux", "Linux"), ("public import Linux", "Linux"),
            ("@preconcurrency import Linux", "Linux"), ("import struct Linux.Errno", "Linux"),
            ("internal import func Linux.read", "Linux"), ("import Linux // why", "Linux"),
            ("let text = important", nil), ("/// An import of something", nil),
        ] as [(String, String?)])
    func recognises(line: String, module: String?) {
        #expect(imported(Substring(line)) == module)
    }

    /// The words before `import` can only be an access level or attributes.
    private func imported(_ line: Substring) -> String? {
        let before: Set<Substring> = ["public", "internal", "private", "package", "fileprivate"]
        let kinds: Set<Substring> = [
            "class", "enum", "func", "let", "protocol", "struct", "typealias", "var",
        ]
        var words = line.split(whereSeparator: \.isWhitespace)[...]
        while let word = words.first, before.contains(word) || word.hasPrefix("@") {
            words.removeFirst()
        }
        guard words.first == "import" else { return nil }
        words.removeFirst()
        if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map(String.init)
    }
}
