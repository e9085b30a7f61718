import Contents
import Detection
import Foundation
import Testing

/// A scenario of the detector, read from a file; `Scenarios/README.md` has its lines.
struct CourseFile: CustomTestStringConvertible, Sendable {
    struct Step: Sendable {
        var lineage: [Sum]
        var act: String
        var place: (folder: Sum, stem: Sum)?
    }

    var testDescription: String
    /// Who must be named; nil for nobody.
    var named: Int32?
    var limit = 0
    var victims = 40
    var seconds = 1
    var beside: (count: Int, act: String)?
    var steps: [Step] = []

    static let all: [CourseFile] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Scenarios")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted().compactMap { name in
            let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
            return text.flatMap { CourseFile(named: name, $0) }
        }
    }()

    static var fileCount: Int {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Scenarios")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.count { $0.hasSuffix(".txt") }
    }

    /// Nil where a line cannot be understood.
    init?(named name: String, _ text: String) {
        testDescription = name
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("named", 2) where words[1] == "nobody": continue
            case ("named", 4):
                guard let pid = Int32(words[1]), let limit = Int(words[3]) else { return nil }
                (named, self.limit) = (pid, limit)
            case ("victims", 2): victims = Int(words[1]) ?? 0
            case ("every", 2): seconds = Int(words[1]) ?? 0
            case ("beside", 3): beside = (Int(words[1]) ?? 0, words[2])
            case ("do", 3...4):
                guard let step = Step(words) else { return nil }
                steps.append(step)
            default: return nil
            }
        }
        if steps.isEmpty { return nil }
    }

    static func act(_ name: String) -> Act? {
        switch name {
        case "overwrite": .wrote(.uniform, existedBefore: true)
        case "new": .wrote(.uniform, existedBefore: false)
        case "container": .wrote(.encryptedContainer, existedBefore: false)
        case "cover": .wrote(.recognised, existedBefore: true)
        case "lose": .deleted(existedBefore: true)
        case "rename": .renamed(overExisting: false, changedSuffix: true, .uniform)
        case "rename-new": .renamed(overExisting: false, changedSuffix: true, .unknown)
        case "note": .noted(77)
        case "lose-unknown": .deleted(existedBefore: nil)
        case "withdraw": .withdrew
        default: nil
        }
    }
}

extension CourseFile.Step {
    init?(_ words: [String]) {
        let sums = words[1].split(separator: "<").map { Sum(String($0)) }
        guard !sums.contains(where: { $0 == nil }), CourseFile.act(words[2]) != nil else {
            return nil
        }
        (lineage, act) = (sums.compactMap { $0 }, words[2])
        guard words.count == 4 else { return }
        let parts = words[3].split(separator: "/").compactMap { Sum(String($0)) }
        guard parts.count == 2 else { return nil }
        place = (parts[0], parts[1])
    }

    /// What is observed of the n-th victim.
    func observation(_ n: Int) -> Observation? {
        var lineage = Lineage()
        for sum in self.lineage { lineage.append(key(Int32(sum.value(n)))) }
        let place = place.map { place in
            FilePlace(
                folder: UInt64(1_000_000 + place.folder.value(n)),
                stem: UInt64(2_000_000 + place.stem.value(n)), suffix: 7)
        }
        return CourseFile.act(act).map {
            Observation(
                lineage: lineage, act: $0, place: place, isSuffixNew: act == "rename-new")
        }
    }
}

/// A number that may hang on the number of the victim: `7`, `n`, `100+n`, `n%18`, `2001+n*2`.
struct Sum: Sendable {
    var base = 0
    var factor = 0
    var modulus = Int.max

    init?(_ text: String) {
        for part in text.split(separator: "+") {
            if let number = Int(part) {
                base += number
            } else if part == "n" {
                factor = 1
            } else if part.hasPrefix("n%"), let number = Int(part.dropFirst(2)) {
                (factor, modulus) = (1, number)
            } else if part.hasPrefix("n*"), let number = Int(part.dropFirst(2)) {
                factor = number
            } else {
                return nil
            }
        }
    }

    func value(_ n: Int) -> Int { base + (n % modulus) * factor }
}
