internal import Alerts
internal import Linux
internal import Messages
internal import Policies

/// Sends what the guard leaves, and tries again what nobody took.
struct Notifier: ~Copyable {
    private let sender: Sender
    private let giveUpSeconds: Int64
    private let language: Language
    private var outbox: Outbox
    /// Until when a way rests because its other end is not there, on the monotonic clock.
    private var rests: [Way: UInt64] = [:]
    private var told: Set<Message> = []

    /// How long a way rests, at most.
    ///
    /// Chosen by us: so long one that comes back is not missed.
    private static let longestRest: Int64 = 60
    /// How long to sleep where nothing waits: names that came without being told of are found.
    private static let longestSleep: Int64 = 600

    init(_ settings: NotifierSettings, _ sender: Sender, _ language: Language)
        throws(NotifierError)
    {
        outbox = Outbox(try Self.spool(settings))
        (self.sender, self.language) = (sender, language)
        giveUpSeconds = settings.giveUpAfter.components.seconds
    }

    /// The folder in which alerts wait.
    static func spool(_ settings: NotifierSettings) throws(NotifierError) -> AlertSpool {
        let path = BytePath(settings.spool)
        do throws(Errno) {
            return try AlertSpool(path)
        } catch {
            throw .spool(path, error)
        }
    }

    /// Works until SIGTERM or SIGINT.
    mutating func run(_ path: BytePath, _ signals: borrowing SignalWatch) throws(NotifierError) {
        do throws(Errno) {
            let changes = try Inotify()
            _ = try changes.watch(path, [.create, .movedTo], onlyFolder: true)
            let waiting = try Epoll()
            try waiting.add(changes.descriptor, token: 1)
            try waiting.add(signals.descriptor, token: 2)
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                guard let seconds = try round(signals) else { return }
                let token = try waiting.wait(
                    milliseconds: Int32(clamping: max(0, seconds) * 1000))
                if token == 2, Self.isTold(signals) { return }
                var span = buffer.mutableSpan
                if token == 1 { while ((try? changes.descriptor.read(into: &span)) ?? 0) > 0 {} }
            }
        } catch {
            throw .spool(path, error)
        }
    }

    /// Tries everything that is due.
    ///
    /// - Returns: in how many seconds the next is due; nil when told to stop.
    mutating func round(_ signals: borrowing SignalWatch) throws(Errno) -> Int64? {
        var next = Self.longestSleep
        for name in try outbox.waiting() {
            if Self.isTold(signals) { return nil }
            next = min(next, handle(name))
        }
        return next
    }

    /// Whether a signal asks for the end; one for a pipe that nobody reads does not.
    private static func isTold(_ signals: borrowing SignalWatch) -> Bool {
        while let signal = signals.next() {
            if signal != Signal.brokenPipe.rawValue { return true }
        }
        return false
    }

    /// Tries one alert; in how many seconds it is due again.
    private mutating func handle(_ name: AlertName) -> Int64 {
        let alert: Alert
        do throws(Errno) {
            guard let found = try outbox.read(name) else { return Self.longestSleep }
            alert = found
        } catch {
            tellOnce(
                Message(
                    en: "\(name.id) cannot be read: \(error)", ja: "\(name.id) を読めません: \(error)"))
            return Self.longestRest
        }
        var state = outbox.state(of: name)
        for way in sender.ways where isDue(way, state) { attempt(alert, by: way, name, &state) }
        let left = sender.ways.filter { !state[$0].isDone }
        let now = Self.now
        if left.isEmpty {
            report { (outbox) throws(Errno) in try outbox.finish(name) }
            return Self.longestSleep
        }
        if now - name.time / 1_000_000_000 >= giveUpSeconds {
            tell(
                Message(
                    en: "\(name.id) is given up and kept in failed/",
                    ja: "\(name.id) の送信を断念し、failed/ に残します"))
            report { (outbox) throws(Errno) in try outbox.giveUp(name) }
            return Self.longestSleep
        }
        return left.map { untilDue($0, state, now) }.min() ?? Self.longestSleep
    }

    private mutating func attempt(
        _ alert: Alert, by way: Way, _ name: AlertName, _ state: inout DeliveryState
    ) {
        do throws(SendingError) {
            try sender.send(alert, by: way, beneath: outbox.spool.folder)
            state[way].isDone = true
            tell(
                Message(
                    en: "\(alert.id) sent by \(way.rawValue)",
                    ja: "\(alert.id) を送信しました (\(way.rawValue))"))
        } catch {
            state[way].fail(at: Self.now, chance: Double.random(in: 0...1))
            let seconds = state[way].next - Self.now
            if error.isOfTheWay {
                let rest = UInt64(max(1, min(seconds, Self.longestRest)))
                rests[way] = Clock.monotonicNanoseconds + rest * 1_000_000_000
            }
            tell(
                Message(
                    en: "\(alert.id) by \(way.rawValue): \(error.problem.en); "
                        + "again in \(seconds) s",
                    ja: "\(alert.id) (\(way.rawValue)): \(error.problem.ja)。"
                        + "\(seconds) 秒後に再送します"))
        }
        let kept = state
        report { (outbox) throws(Errno) in try outbox.keep(kept, of: name) }
    }

    private func isDue(_ way: Way, _ state: DeliveryState) -> Bool {
        state[way].isDue(at: Self.now) && (rests[way] ?? 0) <= Clock.monotonicNanoseconds
    }

    /// At least one second: what is due now was tried just now.
    private func untilDue(_ way: Way, _ state: DeliveryState, _ now: Int64) -> Int64 {
        let clock = Clock.monotonicNanoseconds
        let rest = rests[way].map { $0 > clock ? Int64(($0 - clock) / 1_000_000_000) + 1 : 0 } ?? 0
        return max(1, state[way].next - now, rest)
    }

    /// Does something about the folder, and says what fails.
    private mutating func report(_ body: (inout Outbox) throws(Errno) -> Void) {
        do throws(Errno) {
            try body(&outbox)
        } catch {
            tellOnce(
                Message(
                    en: "the spool folder cannot be written: \(error)",
                    ja: "スプールフォルダーに書き込めません: \(error)"))
        }
    }

    private mutating func tellOnce(_ message: Message) {
        if told.count > 1000 { told = [] }
        if told.insert(message).inserted { tell(message) }
    }

    private func tell(_ message: Message) {
        Console.error("kanaria-notifier: " + message.text(language))
    }

    private static var now: Int64 { Clock.wallNanoseconds / 1_000_000_000 }
}
