internal import ArgumentParser
internal import Linux
internal import Messages

/// The seal's commands.
enum SealCommands {
    static let all: [any ParsableCommand.Type] = [
        ProtectCommand.self, UnlockCommand.self, VerifyCommand.self, InspectCommand.self,
        RecoverCommand.self, RekeyCommand.self, KeygenCommand.self, RecipientsCommand.self,
        RecordsCommand.self,
    ]
}

/// Options that every command has.
struct CommonOptions: ParsableArguments {
    @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
    var lang: String?

    var language: Language { Spoken.language }

    /// Options that don't go together; the parser tells it with the usage.
    func invalid(_ problem: Message) -> ValidationError { ValidationError(problem.text(language)) }

    /// Runs and turns a failure into words and an exit code.
    func run(_ body: () throws(Failure) -> Void) throws {
        CoreDumps.forbid()
        do throws(Failure) {
            try body()
        } catch {
            error.say(language)
            throw ExitCode(error.code)
        }
    }
}
