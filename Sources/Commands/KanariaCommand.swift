internal import ArgumentParser
internal import Control
internal import Linux
internal import Messages

/// The program `kanaria`.
public enum KanariaCommand {
    /// Parses the arguments, runs what they ask for and ends the program.
    public static func run() {
        do {
            var command = try Root.parseAsRoot(RawArguments.current)
            try command.run()
        } catch {
            end(error)
        }
    }

    /// Says what the parser has to say and ends the program with its code.
    private static func end(_ error: any Error) -> Never {
        let code = Root.exitCode(for: error)
        if code.isSuccess {
            // Not wrapped: the parser knows no end of a line but spaces.
            let help = Spoken.language == .ja ? Root.fullMessage(for: error, columns: .max) : ""
            guard let help = HelpText.japanese(help) else { Root.exit(withError: error) }
            Console.output(help)
            Console.exit(0)
        }
        let said = Root.fullMessage(for: error)
        let message = UnknownCommand(RawArguments.current)?.replacing(said) ?? said
        if !message.isEmpty { Console.error(UsageMessage.text(message, Spoken.language)) }
        Console.exit(code.rawValue)
    }
}

struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kanaria",
        abstract: .said(
            "Guards files against encryption by others, and seals those that leave.",
            "ファイルを他者による暗号化から守り、持ち出すファイルを封印します。"),
        version: Version.current,
        subcommands: subcommands(for: RawArguments.current.first))

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
        Console.output(NextSteps.text(Spoken.language))
    }
}
