internal import Guarding
internal import Linux
internal import Messages
internal import Policies

@main enum Main {
    static func main() {
        // As the kernel has them: a path need not be UTF-8.
        let raw = ProcessTable.contents("/proc/self/cmdline", limit: 1 << 20) ?? []
        let all = raw.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        let arguments = all.dropFirst().map { BytePath($0) }
        let option = DaemonArguments.language(in: arguments)
        let language = Language.from(environment: Environment.current, option: option)
        do throws(UsageError) {
            run(try DaemonArguments(arguments).task, language)
        } catch {
            Console.exit(explain(error, language, code: 64))
        }
    }

    private static func run(_ task: DaemonArguments.Task, _ language: Language) {
        do throws(GuardError) {
            switch task {
            case .help: Console.output(DaemonArguments.help.text(language))
            case .version: Console.output("kanariad " + Daemon.version)
            case .check(let path):
                let policy = try Daemon.policy(at: path)
                try Daemon.check(policy)
                Console.output("\(path): \(policy.name), \(policy.mode.rawValue)")
            case .run(let path, let inspector): try guardFolders(path, inspector, language)
            }
        } catch {
            Console.exit(explain(error, language, code: error.exitCode))
        }
    }

    private static func guardFolders(
        _ path: BytePath, _ inspector: BytePath?, _ language: Language
    ) throws(GuardError) {
        try Daemon.run(path, inspector: inspector, language) { policy, count in
            let folders = policy.watch.joined(separator: ", ")
            let ready = Message(
                en: "kanariad guards \(folders) (\(count) canaries)",
                ja: "kanariad が \(folders) を監視中 (カナリア \(count) 個)")
            Console.error(ready.text(language))
        }
    }

    private static func explain(
        _ error: some Explained, _ language: Language, code: Int32
    ) -> Int32 {
        Console.error("kanariad: " + error.problem.text(language))
        if let hint = error.hint { Console.error("kanariad: " + hint.text(language)) }
        return code
    }
}
