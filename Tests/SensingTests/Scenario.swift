import Foundation

/// Which sensor an expectation is about.
enum SensorName: String, Sendable, CaseIterable {
    case fanotify, inotify
}

/// What a scenario says must be reported, or must not.
struct Expectation: Sendable {
    enum Claim: Sendable, Equatable {
        /// An event of this kind comes.
        case event(String)
        /// No event of this kind comes.
        case not(String)
        /// No event at all comes; `docs/limits.md` holds this text.
        case nothing(limits: String)
    }

    enum Author: String, Sendable {
        /// The process that does the acts.
        case actor
        /// Another process, whose number is told.
        case another
        /// The number is told and may be anybody's.
        case anybody
        /// A process that is gone, whose number is told.
        case ended
    }

    var line: Int
    var sensor: SensorName
    var claim: Claim
    var name: Words.Word
    var author: Author
}

/// One behaviour of the sensors, read from a file in `Scenarios`.
///
/// Each line is a directive and its words; `#` starts a comment:
/// `row KEY` names the row of `KernelRows`; `on PLACE…` the file systems it is tried on;
/// `given NAME…` and `given-folder NAME…` what is there before; `first ACT` what the actor does
/// before the sensor starts; `canary NAME` what is guarded as one; `writes reported` opens a
/// window in which writes are reported; `do ACT` is done while the sensor runs, `finally ACT`
/// afterwards; `expect SENSOR KIND NAME [by AUTHOR]`, `expect SENSOR not KIND NAME` and
/// `expect SENSOR nothing NAME limits TEXT` say what must come of it.
/// Words are those of `Words`; the acts are listed in the tables of `Actor`.
struct Scenario: Sendable {
    var name: String
    var rows: [String] = []
    var places: [String] = []
    var files: [Words.Word] = []
    var folders: [Words.Word] = []
    var canaries: [Words.Word] = []
    var reportsWrites = false
    var before: [[Words.Word]] = []
    var acts: [[Words.Word]] = []
    var after: [[Words.Word]] = []
    var expectations: [Expectation] = []

    /// File systems that every scenario is tried on unless it names others.
    static let ordinaryPlaces = ["ext4", "xfs", "btrfs", "tmpfs"]

    struct Fault: Error, CustomStringConvertible {
        var scenario: String
        var line: Int
        var problem: String
        var description: String { "\(scenario):\(line): \(problem)" }
    }

    init(name: String, text: String) throws {
        self.name = name
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
            guard let directive = words.first else { continue }
            try read(directive, Array(words.dropFirst()), line: index + 1)
        }
        if places.isEmpty { places = Self.ordinaryPlaces }
        guard !rows.isEmpty, !acts.isEmpty, !expectations.isEmpty else {
            throw Fault(scenario: name, line: 0, problem: "needs row, do and expect")
        }
    }

    private mutating func read(_ directive: String, _ words: [String], line: Int) throws {
        switch directive {
        case "row": rows += words
        case "on": places += words
        case "given": files += try words.map(Words.word)
        case "given-folder": folders += try words.map(Words.word)
        case "canary": canaries += try words.map(Words.word)
        case "writes" where words == ["reported"]: reportsWrites = true
        case "first": before.append(try Self.act(words))
        case "do": acts.append(try Self.act(words))
        case "finally": after.append(try Self.act(words))
        case "expect": expectations.append(try expectation(words, line))
        default: throw Fault(scenario: name, line: line, problem: "unknown directive")
        }
    }

    /// The words behind `run` are one: a command line for the shell.
    private static func act(_ words: [String]) throws -> [Words.Word] {
        if words.first == "run" {
            return [Array("run".utf8), Array(words.dropFirst().joined(separator: " ").utf8)]
        }
        return try words.map(Words.word)
    }

    private func expectation(_ words: [String], _ line: Int) throws -> Expectation {
        var words = words[...]
        guard words.count >= 3, let sensor = SensorName(rawValue: words.removeFirst()) else {
            throw Fault(scenario: name, line: line, problem: "expect SENSOR …")
        }
        let kind = words.removeFirst()
        let negated = kind == "not" ? words.removeFirst() : nil
        guard let file = words.popFirst() else {
            throw Fault(scenario: name, line: line, problem: "expect … NAME")
        }
        var claim = negated.map(Expectation.Claim.not) ?? .event(kind)
        var author = Expectation.Author.actor
        switch words.first {
        case nil: break
        case "by":
            guard let found = Expectation.Author(rawValue: words.dropFirst().joined()) else {
                throw Fault(scenario: name, line: line, problem: "unknown author")
            }
            author = found
        case "limits" where kind == "nothing":
            claim = .nothing(limits: words.dropFirst().joined(separator: " "))
        default: throw Fault(scenario: name, line: line, problem: "unknown words at the end")
        }
        if claim == .event("nothing") {
            throw Fault(scenario: name, line: line, problem: "nothing needs limits TEXT")
        }
        return Expectation(
            line: line, sensor: sensor, claim: claim, name: try Words.word(file), author: author)
    }
}

/// The words of scenarios.
enum Words {
    typealias Word = [UInt8]

    struct BadEscape: Error { var word: String }

    /// `%XX` is a byte; `{255}` a name as long as names may be.
    ///
    /// `{deep}` stays as it is: how long it is depends on the folder; see `deepPath`.
    static func word(_ text: String) throws -> Word {
        let text = text.replacing("{255}", with: String(repeating: "n", count: 251) + ".txt")
        var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { throw BadEscape(word: text) }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// The word as one word of the actor's line.
    static func encoded(_ word: Word) -> String {
        word.map { byte in
            let isPlain = byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "%")
            return isPlain
                ? String(UnicodeScalar(byte)) : String(format: "%%%02X", Int(byte))
        }.joined()
    }

    /// A path beneath `folder` with which the whole has 4,095 bytes, all that Linux takes.
    static func deepPath(beneath folder: Word) -> Word {
        var path = [UInt8]()
        while folder.count + 1 + path.count < 4095 {
            if !path.isEmpty { path.append(UInt8(ascii: "/")) }
            let left = 4095 - folder.count - 1 - path.count
            // A last part of one byte must not be left over behind a slash that doesn't fit.
            path += [UInt8](repeating: UInt8(ascii: "d"), count: left > 257 ? 255 : min(left, 200))
        }
        return path
    }
}
