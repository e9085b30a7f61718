import Foundation
import Testing

/// The pages under docs/, which people reach through its index.
@Suite struct ManualPagesTests {
    /// Pages for those who work on Kanaria itself, or read code beside them: English alone.
    private static let englishOnly: Set<String> = [
        "architecture.md", "benchmarks.md", "contents.md", "format.md", "json.md",
    ]
    private static let pages: [String] = {
        let folder = Repository.root.appending(path: "docs").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted()
    }()

    @Test("has every page that users read in Japanese as well")
    func partners() {
        let names = Set(Self.pages)
        for name in names where !name.hasSuffix(".ja.md") && !Self.englishOnly.contains(name) {
            #expect(names.contains(name.replacing(".md", with: ".ja.md")), "\(name)")
        }
        for name in names where name.hasSuffix(".ja.md") {
            #expect(names.contains(name.replacing(".ja.md", with: ".md")), "\(name)")
        }
    }

    @Test("names every page", arguments: ["README.md", "README.ja.md"])
    func index(file: String) throws {
        let text = try Repository.text("docs/" + file)
        let isJapanese = file.hasSuffix(".ja.md")
        for name in Self.pages where name.hasSuffix(".ja.md") == isJapanese && name != file {
            #expect(text.contains("](\(name))"), "\(name)")
        }
        if isJapanese {
            for name in Self.englishOnly { #expect(text.contains("](\(name))"), "\(name)") }
        }
    }

    @Test(
        "links only to what is there",
        arguments: pages.map { "docs/" + $0 } + ["README.md", "README.ja.md", "CONTRIBUTING.md"])
    func links(file: String) throws {
        let place = Repository.root.appending(path: file).deletingLastPathComponent()
        for target in links(in: try Repository.text(file)) {
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let path = String(parts[0])
            let linked = path.isEmpty ? file : place.appending(path: path).standardizedFileURL.path
            let url = path.isEmpty ? Repository.root.appending(path: file) : URL(filePath: linked)
            #expect(FileManager.default.fileExists(atPath: url.path), "\(file): \(target)")
            guard parts.count == 2, path.isEmpty || path.hasSuffix(".md") else { continue }
            let text = try String(contentsOf: url, encoding: .utf8)
            #expect(anchors(of: text).contains(String(parts[1])), "\(file): \(target)")
        }
    }

    /// The relative targets of a page's links.
    private func links(in text: String) -> [String] {
        text.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }
            .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
    }

    /// The names of a page's headings, as GitHub and others make them.
    private func anchors(of text: String) -> Set<String> {
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                let words = heading.drop { $0 == "#" }.lowercased().trimmingCharacters(
                    in: .whitespaces)
                let kept = words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                return kept.replacingOccurrences(of: " ", with: "-")
            })
    }
}
