internal import ArgumentParser
internal import Control
internal import Linux
internal import Messages

/// The program `kanaria`.
public enum KanariaCommand {
    /// Parses the arguments, runs what they ask for and ends the program.
    public static func run() {
        let arguments = RawArguments.current()
        do {
            var command = try Root.parseAsRoot(
                RawArguments.packed(arguments, for: ["protect", "unlock"]))
            try command.run()
        } catch {
            end(error, arguments)
        }
    }

    /// Says what the parser has to say and ends the program with its code.
    private static func end(_ error: any Error, _ arguments: [String]) -> Never {
        let language = language(of: arguments)
        let code = Root.exitCode(for: error)
        if code.isSuccess { Root.exit(withError: error) }
        let said = Root.fullMessage(for: error)
        let message = UnknownCommand(arguments)?.replacing(said) ?? said
        if !message.isEmpty { Console.error(UsageMessage.text(message, language)) }
        Console.exit(code.rawValue)
    }

    /// The language of arguments that may not have been parsed.
    private static func language(of arguments: [String]) -> Language {
        let next = arguments.firstIndex(of: "--lang").map { arguments[($0 + 1)...].first } ?? nil
        let joined = arguments.first { $0.hasPrefix("--lang=") }.map { String($0.dropFirst(7)) }
        return .from(environment: Environment.current, option: next ?? joined)
    }
}

struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kanaria",
        abstract: "Guards files against encryption by others, and seals those that leave.",
        version: Version.current,
        subcommands: subcommands(for: RawArguments.current().first))

    /// The command of that name alone, or all where there is none.
    ///
    /// The parser looks at every command that it is told of, for half of the time that a short
    /// command takes in all.
    private static func subcommands(for name: String?) -> [any ParsableCommand.Type] {
        let all = SealCommands.all + GuardCommands.all
        guard let name else { return all }
        return all.first { $0.configuration.commandName == name }.map { [$0] } ?? all
    }

    /// Without a verb: what can be done next.
    func run() {
        Console.output(NextSteps.text(.from(environment: Environment.current, option: nil)))
    }
}
