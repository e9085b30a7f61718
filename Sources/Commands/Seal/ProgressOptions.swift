internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

/// Whether and how progress is shown.
struct ProgressOptions: ParsableArguments {
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never, json
    }

    @Option(
        help: .said(
            "Progress on standard error: auto is on a terminal; always; never; json lines.",
            "標準エラーへの進捗表示。auto (端末のときだけ)、always、never、json。"))
    var progress = Mode.auto

    @Flag(name: [.customShort("q"), .long], help: .said("Show no progress.", "進捗を表示しません。"))
    var quiet = false

    /// Runs `body` and shows what it adds to the progress.
    ///
    /// - Parameters:
    ///   - language: that of the display.
    ///   - total: tells the bytes to do; asked only if they are shown.
    ///   - body: the work.
    /// - Throws: the failure of `body`.
    func showing(
        _ language: Language, total: () -> UInt64?, _ body: (Progress) throws(Failure) -> Void
    ) throws(Failure) {
        let progress = Progress()
        guard let style else { return try body(progress) }
        let display: ProgressDisplay
        do throws(Errno) {
            display = try ProgressDisplay(progress, total: total(), style, language)
        } catch {
            // Work is not refused for want of its display.
            return try body(progress)
        }
        let thread = try? Thread.run { display.run() }
        let result = Result { () throws(Failure) in try body(progress) }
        display.stop()
        if let thread = consume thread { thread.join() }
        display.showEnd()
        try result.get()
    }

    private var style: ProgressDisplay.Style? {
        if quiet { return nil }
        switch progress {
        case .never: return nil
        case .always: return .lines
        case .json: return .json
        case .auto: return Console.isErrorTerminal ? .terminal : nil
        }
    }
}
