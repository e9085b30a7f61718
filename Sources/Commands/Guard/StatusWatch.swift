internal import Control
internal import Linux
internal import Messages

/// `kanaria status --watch`: the guard's state once a second, until a signal ends it.
struct StatusWatch: ~Copyable {
    private let options: GuardOptions
    private let screen: WatchScreen?
    private var before: (events: UInt64, at: UInt64)?

    init(_ options: GuardOptions) {
        self.options = options
        // Lines one after another for whoever does not look at a terminal.
        screen = !options.json && Console.isOutputTerminal ? WatchScreen() : nil
    }

    /// Shows until SIGINT, SIGTERM or SIGHUP; a guard that is gone is waited for.
    mutating func run() throws {
        // A guard that never was there is a mistake, and told as one.
        _ = try options.ask(.status)
        let ends = [Signal.interrupt, .terminate, .hangUp]
        let signals = try SignalWatch(ends.map(\.rawValue))
        let timer = try Timer(everyNanoseconds: 1_000_000_000)
        let waiting = try Epoll()
        try waiting.add(signals.descriptor, token: 0)
        try waiting.add(timer.descriptor, token: 1)
        screen?.enter()
        defer { screen?.leave() }
        while true {
            show()
            while timer.drain() == 0 {
                if try waiting.wait(milliseconds: -1) == 0 { return }
            }
        }
    }

    private mutating func show() {
        let (run, language) = (options.runDirectory, options.language)
        do throws(AskError) {
            guard case .status(let report) = try ControlClient.ask(.status, runDirectory: run),
                case .incidents(let incidents) = try ControlClient.ask(
                    .incidents(limit: WatchPage.incidentCount), runDirectory: run)
            else { throw .badReply }
            if options.json {
                try? GuardOptions.printJSON(report)
                return
            }
            let page = WatchPage(report, incidents, eventsPerSecond: rate(report), language)
            if let screen {
                screen.draw(page.lines(marked: screen.marksAlarms))
            } else {
                Console.output(page.summary)
            }
        } catch {
            before = nil
            guard let screen else { return GuardOptions.explain(error, language) }
            screen.draw([error.problem.text(language)])
        }
    }

    /// Changes a second since the last look, or since the guard's start at the first one.
    private mutating func rate(_ report: StatusReport) -> Double {
        let now = Clock.monotonicNanoseconds
        defer { before = (report.events, now) }
        guard let before, report.events >= before.events, now > before.at else {
            return report.eventsPerSecond
        }
        return Double(report.events - before.events) * 1e9 / Double(now - before.at)
    }
}

/// The terminal's other screen, which leaves nothing behind.
///
/// Source: xterm control sequences, DECSET 1049 (other screen), 25 (cursor) and 7 (wrapping).
struct WatchScreen {
    /// Whether what is bad may be set off by colour. Source: https://no-color.org
    var marksAlarms: Bool {
        let environment = Environment.current
        return (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    func enter() { Console.outputText("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l") }

    func leave() { Console.outputText("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l") }

    /// Puts lines over those of before.
    func draw(_ lines: [String]) {
        let end = "\u{1b}[K\n"
        Console.outputText("\u{1b}[H" + lines.joined(separator: end) + end + "\u{1b}[J")
    }
}
