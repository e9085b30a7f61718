internal import Linux
internal import Messages
internal import Sealing
internal import Synchronization

/// Shows how far the work is while it goes on.
final class ProgressDisplay: Sendable {
    /// One line that is drawn anew, lines one after another, or a JSON object a line.
    enum Style: Sendable { case terminal, lines, json }

    private let progress: Progress
    private let total: UInt64?
    private let style: Style
    private let language: Language
    private let start = Clock.monotonicNanoseconds
    private let end: EventCounter
    private let timer: Timer
    private let isDrawn = Atomic<Bool>(false)

    /// Prepares; nothing is shown yet.
    init(
        _ progress: Progress, total: UInt64?, _ style: Style, _ language: Language
    ) throws(Errno) {
        self.progress = progress
        self.total = total
        self.style = style
        self.language = language
        end = try EventCounter()
        // Five times a second is smooth for the eye; whoever reads lines wants fewer.
        timer = try Timer(everyNanoseconds: style == .terminal ? 200_000_000 : 1_000_000_000)
    }

    /// Shows progress until `stop`.
    func run() {
        guard let epoll = try? Epoll() else { return }
        do throws(Errno) {
            try epoll.add(timer.descriptor, token: 0)
            try epoll.add(end.descriptor, token: 1)
            while true {
                switch try epoll.wait(milliseconds: -1) {
                case 0:
                    timer.drain()
                    show(isEnd: false)
                case 1: return
                default: continue
                }
            }
        } catch {
            // The work goes on without its display.
        }
    }

    /// Ends `run`.
    func stop() { end.signal() }

    /// Shows the last state; on a terminal nothing stays behind.
    func showEnd() {
        if style != .terminal { return show(isEnd: true) }
        if isDrawn.load(ordering: .relaxed) { Console.errorText(Self.clear) }
    }

    /// Back to the first column, and the line is empty.
    private static let clear = "\r\u{1b}[K"

    private func show(isEnd: Bool) {
        let report = ProgressReport(
            done: progress.byteCount, total: total,
            nanoseconds: Clock.monotonicNanoseconds - start, isEnd: isEnd)
        switch style {
        case .json: Console.error(report.json)
        case .lines: Console.error(report.line.text(language))
        case .terminal:
            isDrawn.store(true, ordering: .relaxed)
            // The cursor waits in front, so that a message overwrites the line.
            Console.errorText(Self.clear + report.line.text(language) + "\r")
        }
    }
}
