import Messages
import Policies
import Testing

struct BadPolicy: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let error: PolicyError

    init(_ name: String, _ text: String, _ error: PolicyError) {
        testDescription = name
        self.text = text
        self.error = error
    }

    /// A fault in what follows the four lines every policy has.
    init(_ name: String, after text: String, _ error: PolicyError) {
        self.init(name, "version: 1\nname: n\nwatch: [/srv]\nmode: kill\n" + text, error)
    }
}

private func at(_ line: Int, _ column: Int, _ keys: String = "") -> Place {
    Place(line: line, column: column, keys: keys)
}

private let rootKeys = [
    "version", "name", "watch", "mode", "freeze-lease", "when-lease-ends", "clients", "isolation",
    "evidence", "gate", "sensor", "canaries", "scoring", "pace", "allow", "ignore", "journal",
    "notify", "two-persons", "state-directory", "run-directory", "cpu-budget", "realtime",
]
private let paceKeys = ["calm", "sample-every", "sample-for"]
private let units = ["ns", "us", "ms", "s", "m", "h", "d"]
private let zeros = String(repeating: "0", count: 64)

private let documents: [BadPolicy] = [
    BadPolicy("no text", "", .empty),
    BadPolicy("only a comment", "# nothing\n", .empty),
    BadPolicy("a text", "hello", .wrongType(at: at(1, 1), expected: .mapping, found: .text)),
    BadPolicy("a list", "- 1", .wrongType(at: at(1, 1), expected: .mapping, found: .list)),
    BadPolicy("nothing", "~", .wrongType(at: at(1, 1), expected: .mapping, found: .nothing)),
    BadPolicy(
        "a mapping as key", "{a: 1}: 2",
        .wrongType(at: at(1, 1), expected: .text, found: .mapping)),
    BadPolicy("two documents", after: "---\nname: m\n", .severalDocuments(at: at(5, 1))),
    BadPolicy("an anchor", "version: &v 1", .indirection(at: at(1, 10, "version"))),
    BadPolicy("an alias", "a: &v 1\nb: *v", .indirection(at: at(1, 4, "a"))),
    BadPolicy("a tag", "version: !secret 1", .indirection(at: at(1, 10, "version"))),
    BadPolicy("a key twice", "name: a\nname: b", .duplicateKey(at: at(1, 1), key: "name")),
    BadPolicy(
        "a key twice, once in quotes", "name: a\n\"name\": b",
        .duplicateKey(at: at(1, 1), key: "name")),
    BadPolicy("too long", String(repeating: " ", count: 262_145), .tooLong(byteCount: 262_145)),
]

private let keys: [BadPolicy] = [
    BadPolicy(
        "unknown key", after: "moed: kill",
        .unknownKey(at: at(5, 1, "moed"), key: "moed", known: rootKeys)),
    BadPolicy(
        "unknown key below", after: "pace:\n  clam: 5ms",
        .unknownKey(at: at(6, 3, "pace.clam"), key: "clam", known: paceKeys)),
    BadPolicy(
        "merge key", after: "<<: {mode: kill}",
        .unknownKey(at: at(5, 1, "<<"), key: "<<", known: rootKeys)),
    BadPolicy("no version", "name: n", .missingKey(at: at(1, 1), key: "version")),
    BadPolicy("no name", "version: 1", .missingKey(at: at(1, 1), key: "name")),
    BadPolicy("no watch", "version: 1\nname: n", .missingKey(at: at(1, 1), key: "watch")),
    BadPolicy(
        "no mode", "version: 1\nname: n\nwatch: [/srv]",
        .missingKey(at: at(1, 1), key: "mode")),
    BadPolicy(
        "an allowance without executable", after: "allow:\n  - reason: r",
        .missingKey(at: at(6, 5, "allow[0]"), key: "executable")),
    BadPolicy(
        "an allowance without reason", after: "allow:\n  - executable: /bin/x",
        .missingKey(at: at(6, 5, "allow[0]"), key: "reason")),
    BadPolicy("version 2", "version: 2", .unsupportedVersion(at: at(1, 10, "version"), text: "2")),
    BadPolicy(
        "version in quotes", "version: '1'",
        .wrongType(at: at(1, 10, "version"), expected: .integer, found: .text)),
]

private let values: [BadPolicy] = [
    BadPolicy(
        "number as name", "version: 1\nname: 7",
        .wrongType(at: at(2, 7, "name"), expected: .text, found: .integer)),
    BadPolicy("empty name", "version: 1\nname: ''", .badText(at: at(2, 7, "name"), text: "")),
    BadPolicy(
        "escape in the name", "version: 1\nname: \"\\e[2J\"",
        .badText(at: at(2, 7, "name"), text: "\u{1b}[2J")),
    BadPolicy(
        "word for a mode", "version: 1\nname: n\nwatch: [/srv]\nmode: stop",
        .notOneOf(at: at(4, 7, "mode"), text: "stop", choices: ["observe", "freeze", "kill"])),
    BadPolicy(
        "duration without unit", after: "freeze-lease: 30",
        .wrongUnit(at: at(5, 15, "freeze-lease"), text: "30", units: units)),
    BadPolicy(
        "duration with a space", after: "freeze-lease: 30 m",
        .wrongUnit(at: at(5, 15, "freeze-lease"), text: "30 m", units: units)),
    BadPolicy(
        "duration with a fraction", after: "freeze-lease: 1.5h",
        .wrongUnit(at: at(5, 15, "freeze-lease"), text: "1.5h", units: units)),
    BadPolicy(
        "unknown unit", after: "pace: {calm: 1min}",
        .wrongUnit(at: at(5, 14, "pace.calm"), text: "1min", units: units)),
    BadPolicy(
        "duration too short", after: "freeze-lease: 999ms",
        .outOfRange(at: at(5, 15, "freeze-lease"), text: "999ms", least: "1s", most: "7d")),
    BadPolicy(
        "duration beyond 64 bits", after: "freeze-lease: 99999999999999999999d",
        .outOfRange(
            at: at(5, 15, "freeze-lease"), text: "99999999999999999999d", least: "1s", most: "7d")),
    BadPolicy(
        "sample longer than its period", after: "pace: {sample-every: 100ms, sample-for: 1s}",
        .outOfRange(at: at(5, 41, "pace.sample-for"), text: "1s", least: "1ms", most: "100ms")),
    BadPolicy(
        "more memory than evidence may take", after: "evidence: {memory: 65GiB}",
        .outOfRange(
            at: at(5, 20, "evidence.memory"), text: "65GiB", least: "0KiB", most: "64GiB")),
    BadPolicy(
        "a longer wait for evidence than others bear", after: "evidence: {client-time: 2s}",
        .outOfRange(
            at: at(5, 25, "evidence.client-time"), text: "2s", least: "0s", most: "1s")),
    BadPolicy(
        "an unknown key of evidence", after: "evidence: {disk: 1GiB}",
        .unknownKey(
            at: at(5, 12, "evidence.disk"), key: "disk",
            known: ["enabled", "memory", "time", "client-time", "budget", "disk-floor"])),
    BadPolicy(
        "yes for true", after: "realtime: yes",
        .wrongType(at: at(5, 11, "realtime"), expected: .boolean, found: .text)),
    BadPolicy(
        "no canary per folder", after: "canaries: {per-folder: 0}",
        .outOfRange(at: at(5, 24, "canaries.per-folder"), text: "0", least: "1", most: "16")),
    BadPolicy(
        "fraction of a canary", after: "canaries: {max: 1.5}",
        .wrongType(at: at(5, 17, "canaries.max"), expected: .integer, found: .number)),
    BadPolicy(
        "octal", after: "canaries: {max: 010}",
        .wrongType(at: at(5, 17, "canaries.max"), expected: .integer, found: .text)),
    BadPolicy(
        "canaries as text", after: "canaries: none",
        .wrongType(at: at(5, 11, "canaries"), expected: .mapping, found: .text)),
    BadPolicy(
        "suspicion above the alarm", after: "scoring: {suspicious: 30}",
        .outOfRange(at: at(5, 23, "scoring.suspicious"), text: "30", least: "0.5", most: "20.0")),
    BadPolicy(
        "no rewrites", after: "scoring: {rewrites-per-day: nan}",
        .wrongType(at: at(5, 29, "scoring.rewrites-per-day"), expected: .number, found: .text)),
    BadPolicy(
        "size without unit", after: "journal: {budget: 100}",
        .wrongUnit(
            at: at(5, 19, "journal.budget"), text: "100", units: ["KiB", "MiB", "GiB", "TiB"])),
    BadPolicy(
        "size too small", after: "journal: {budget: 63MiB}",
        .outOfRange(
            at: at(5, 19, "journal.budget"), text: "63MiB", least: "64MiB", most: "1TiB")),
    BadPolicy(
        "size beyond 64 bits", after: "journal: {budget: 99999999999999999999TiB}",
        .outOfRange(
            at: at(5, 19, "journal.budget"), text: "99999999999999999999TiB", least: "64MiB",
            most: "1TiB")),
    BadPolicy(
        "a journal for an hour", after: "journal: {retention: 1h}",
        .outOfRange(
            at: at(5, 22, "journal.retention"), text: "1h", least: "1d", most: "3660d")),
    BadPolicy(
        "a file that no collector reads", after: "journal: {prometheus: /m/k.txt}",
        .notOneOf(
            at: at(5, 23, "journal.prometheus"), text: "/m/k.txt", choices: ["*.prom"])),
    BadPolicy(
        "percent without sign", after: "cpu-budget: 50",
        .wrongUnit(at: at(5, 13, "cpu-budget"), text: "50", units: ["%"])),
    BadPolicy(
        "no percent", after: "cpu-budget: 0%",
        .outOfRange(at: at(5, 13, "cpu-budget"), text: "0%", least: "1%", most: "100%")),
]

private let paths: [BadPolicy] = [
    BadPolicy(
        "nothing to watch", "version: 1\nname: n\nwatch: []",
        .emptyList(at: at(3, 8, "watch"))),
    BadPolicy(
        "one path without a list", "version: 1\nname: n\nwatch: /srv",
        .wrongType(at: at(3, 8, "watch"), expected: .list, found: .text)),
    BadPolicy(
        "relative", "version: 1\nname: n\nwatch: [srv]",
        .badPath(at: at(3, 9, "watch[0]"), text: "srv", fault: .notAbsolute)),
    BadPolicy(
        "parent", "version: 1\nname: n\nwatch:\n- /srv\n- /srv/../etc",
        .badPath(at: at(5, 3, "watch[1]"), text: "/srv/../etc", fault: .parentComponent)),
    BadPolicy(
        "NUL", "version: 1\nname: n\nwatch: [\"/a\\0b\"]",
        .badPath(at: at(3, 9, "watch[0]"), text: "/a\0b", fault: .containsNUL)),
    BadPolicy(
        "slash at the end", after: "run-directory: /run/",
        .badPath(at: at(5, 16, "run-directory"), text: "/run/", fault: .notShortest)),
    BadPolicy(
        "watched twice", "version: 1\nname: n\nwatch: [/srv, /srv]",
        .repeated(at: at(3, 15, "watch[1]"), text: "/srv")),
    BadPolicy(
        "folder elsewhere", after: "allow: [{executable: /x, folder: /srvx, reason: r}]",
        .outsideWatch(at: at(5, 34, "allow[0].folder"), text: "/srvx")),
    BadPolicy(
        "short digest", after: "allow: [{executable: /x, sha256: ab, reason: r}]",
        .badDigest(at: at(5, 34, "allow[0].sha256"), text: "ab", digitCounts: [64])),
    BadPolicy(
        "two digests",
        after: "allow: [{executable: /x, reason: r, sha256: \(zeros), blake2b: \(zeros)}]",
        .conflictingKeys(at: at(5, 120, "allow[0].blake2b"), "sha256", "blake2b")),
    BadPolicy(
        "nobody's number", after: "allow: [{executable: /x, user: 4294967295, reason: r}]",
        .outOfRange(
            at: at(5, 32, "allow[0].user"), text: "4294967295", least: "0",
            most: "4294967294")),
    BadPolicy(
        "user with a colon", after: "allow: [{executable: /x, user: 'a:b', reason: r}]",
        .badText(at: at(5, 32, "allow[0].user"), text: "a:b")),
    BadPolicy(
        "ignoring elsewhere", after: "ignore: [/home]",
        .outsideWatch(at: at(5, 10, "ignore[0]"), text: "/home")),
    BadPolicy(
        "ignoring what is watched", after: "ignore: [/srv]",
        .badPattern(at: at(5, 10, "ignore[0]"), text: "/srv")),
    BadPolicy(
        "ignoring all that is watched", after: "ignore: ['/srv/*']",
        .badPattern(at: at(5, 10, "ignore[0]"), text: "/srv/*")),
    BadPolicy(
        "ignoring every name", after: "ignore: ['*']",
        .badPattern(at: at(5, 10, "ignore[0]"), text: "*")),
    BadPolicy(
        "ignored twice", after: "ignore: [tmp, tmp]",
        .repeated(at: at(5, 15, "ignore[1]"), text: "tmp")),
]

@Test("a bad policy is refused with its place", arguments: documents + keys + values + paths)
func refused(_ bad: BadPolicy) {
    #expect(throws: bad.error) { try GuardPolicy.parse(bad.text) }
    for message in [bad.error.problem, bad.error.hint].compactMap({ $0 }) {
        #expect(!message.en.isEmpty && !message.ja.isEmpty)
        #expect(!message.en.unicodeScalars.contains { $0.value < 0x20 })
    }
    if let place = bad.error.place {
        #expect(bad.error.problem.en.hasPrefix("\(place.line):\(place.column): "))
    }
}

@Test(
    "what is not YAML is refused where it breaks",
    arguments: [
        ("ignore: [*.tmp]", 1, 11), ("name: 'open", 1, 12), ("a: b: c", 1, 5),
        ("a: 1\n\tb: 2", 2, 1),
        ("ねこ: \u{7}", 1, 5), (String(repeating: "[", count: 5_000), 1, 1),
    ])
func notYAML(text: String, line: Int, column: Int) throws {
    let error = #expect(throws: PolicyError.self) { try GuardPolicy.parse(text) }
    guard case .syntax(let place, let scanner) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(!scanner.isEmpty)
    if text.count < 5_000 { #expect((place.line, place.column) == (line, column)) }
}

@Test("what is not UTF-8 is refused at its first byte")
func notUTF8() {
    #expect(throws: PolicyError.notUTF8(at: 3)) {
        try GuardPolicy.parse(bytes: Array("a: ".utf8) + [0xff, 0xfe])
    }
}
