internal import Alerts
public import Linux
internal import Messages
internal import Policies

/// The program that tells others what the guard found.
public enum NotifierProcess {
    /// Does what the arguments say.
    ///
    /// - Parameter words: the arguments behind the program's name.
    /// - Returns: the exit code; `--help` lists them.
    public static func run(_ words: [BytePath]) -> Int32 {
        let environment = Environment.current
        var language = Language.from(environment: environment, option: nil)
        do throws(NotifierError) {
            let arguments = try NotifierArguments(words)
            language = Language.from(environment: environment, option: arguments.language)
            return try run(arguments, language)
        } catch {
            Console.error("kanaria-notifier: " + error.problem.text(language))
            if let hint = error.hint { Console.error("kanaria-notifier: " + hint.text(language)) }
            return error.exitCode
        }
    }

    private static func run(
        _ arguments: NotifierArguments, _ language: Language
    ) throws(NotifierError) -> Int32 {
        if arguments.wantsHelp {
            Console.output(NotifierArguments.help.text(language))
            return 0
        }
        if arguments.wantsVersion {
            Console.output("kanaria-notifier " + Version.current)
            return 0
        }
        if ProcessHandle.effectiveUser == 0 { throw .root }
        let settings = try settings(at: arguments.settings)
        let sender = try Sender(settings)
        if arguments.checks {
            let ways = sender.ways.map(\.rawValue).joined(separator: ", ")
            Console.output("\(arguments.settings): \(ways)")
            return 0
        }
        if arguments.isDryRun { return try preview(settings, sender, arguments.tests) }
        if arguments.tests { return try test(settings, sender, language) }
        return try serve(settings, sender, language)
    }

    private static func settings(at path: BytePath) throws(NotifierError) -> NotifierSettings {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor.open(path).readToEnd(limit: 1 << 20)
        } catch {
            throw .settingsFile(path, error)
        }
        do throws(PolicyError) {
            return try NotifierSettings.parse(bytes: bytes)
        } catch {
            throw .settings(path, error)
        }
    }

    private static func serve(
        _ settings: NotifierSettings, _ sender: Sender, _ language: Language
    ) throws(NotifierError) -> Int32 {
        let signals: SignalWatch
        do throws(Errno) {
            // Whoever read our messages or a mail may end before us.
            let all: [Signal] = [.terminate, .interrupt, .brokenPipe]
            signals = try SignalWatch(all.map(\.rawValue))
        } catch {
            throw .system(error)
        }
        var notifier = try Notifier(settings, sender, language)
        try notifier.run(BytePath(settings.spool), signals)
        return 0
    }

    private static func preview(
        _ settings: NotifierSettings, _ sender: Sender, _ isTest: Bool
    ) throws(NotifierError) -> Int32 {
        let time = Clock.wallNanoseconds
        var alerts = [Alert.test(at: time)]
        if !isTest {
            var outbox = Outbox(try Notifier.spool(settings))
            do throws(Errno) {
                alerts = []
                for name in try outbox.waiting() {
                    if let alert = try outbox.read(name) { alerts.append(alert) }
                }
            } catch {
                throw .spool(BytePath(settings.spool), error)
            }
        }
        for alert in alerts {
            if let text = try? sender.preview(alert, at: time) { Console.output(text) }
        }
        return 0
    }

    private static func test(
        _ settings: NotifierSettings, _ sender: Sender, _ language: Language
    ) throws(NotifierError) -> Int32 {
        let alert = Alert.test(at: Clock.wallNanoseconds)
        let spool = try Notifier.spool(settings)
        var code: Int32 = 0
        for way in sender.ways {
            var said = Message(en: "sent", ja: "送信しました")
            do throws(SendingError) {
                try sender.send(alert, by: way, beneath: spool.folder)
            } catch {
                said = error.problem
                code = 1
            }
            Console.output("\(way.rawValue): \(said.text(language)) (\(alert.id))")
        }
        return code
    }
}
