/// A way by which alerts go out.
enum Way: String, CaseIterable {
    case webhook, mail
}

/// How far an alert is with one way.
struct WayState: Equatable {
    /// Tries that failed.
    var failures = 0
    /// When it is tried next, in seconds since 1970.
    var next: Int64 = 0
    /// Whether it arrived.
    var isDone = false

    /// The first pause and the longest.
    ///
    /// Chosen by us: a restart of the receiver, and often enough
    /// to be told within the hour that it is back.
    private static let (first, longest) = (Int64(5), Int64(3600))

    /// Takes note of a failure.
    ///
    /// - Parameters:
    ///   - now: in seconds since 1970.
    ///   - chance: 0...1, so that many servers do not come back at one moment.
    mutating func fail(at now: Int64, chance: Double) {
        failures += 1
        let doubled = failures > 12 ? Self.longest : Self.first << Int64(failures - 1)
        let pause = Double(min(doubled, Self.longest))
        next = now + max(1, Int64(pause * (0.5 + chance / 2)))
    }

    /// Whether it is to be tried; a clock that was set back makes nobody wait for longer.
    func isDue(at now: Int64) -> Bool { !isDone && (next <= now || next - now > Self.longest) }
}

/// How far an alert is, as it is kept across restarts.
struct DeliveryState: Equatable {
    var ways: [Way: WayState] = [:]

    subscript(way: Way) -> WayState {
        get { ways[way] ?? WayState() }
        set { ways[way] = newValue }
    }

    /// No way tried yet.
    init() {}

    /// Reads lines of way, failures, and the next time or `done`; what is no such line is passed
    /// over, so that at worst an alert is sent twice.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let way = Way(rawValue: String(words[0])),
                let failures = Int(words[1]), (0...1_000_000).contains(failures)
            else { continue }
            let isDone = words[2] == "done"
            guard let next = isDone ? 0 : Int64(words[2]), next >= 0 else { continue }
            ways[way] = WayState(failures: failures, next: next, isDone: isDone)
        }
    }

    /// The lines.
    var text: String {
        Way.allCases.compactMap { way in
            ways[way].map {
                "\(way.rawValue) \($0.failures) \($0.isDone ? "done" : "\($0.next)")\n"
            }
        }.joined()
    }
}
