import Foundation
import Testing

/// The files of this package, read from where this file was compiled.
enum Repository {
    /// The folder of `Package.swift`.
    static let root: URL = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files beneath a folder, by their path from the root.
    static func swiftFiles(_ folder: String) -> [String] {
        let found = FileManager.default.subpaths(atPath: root.appending(path: folder).path) ?? []
        return found.filter { $0.hasSuffix(".swift") }.map { folder + "/" + $0 }.sorted()
    }

    /// The folders directly beneath a folder that hold Swift files.
    static func targets(_ folder: String) -> [String] {
        let all = swiftFiles(folder).map { $0.split(separator: "/")[1] }
        return Set(all.map(String.init)).sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [Substring] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }
}

/// A line without its comment and without what stands in string literals.
func code(_ line: Substring) -> String {
    var kept = ""
    var (inString, escaped) = (false, false)
    var previous: Character = " "
    for character in line {
        if !inString, character == "/", previous == "/" {
            kept.removeLast()
            break
        }
        if character == "\"", !escaped { inString.toggle() }
        if !inString || character == "\"" { kept.append(character) }
        escaped = inString && character == "\\" && !escaped
        previous = character
    }
    return kept
}
