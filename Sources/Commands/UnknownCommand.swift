internal import ArgumentParser
internal import Messages

/// A word that stands where a verb is wanted and is none.
struct UnknownCommand {
    private let word: String
    private let suggestion: String?

    /// Nil where every verb is one.
    init?(_ arguments: [String]) {
        var command: any ParsableCommand.Type = Root.self
        for word in arguments {
            let verbs = command.configuration.subcommands
            guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let next = verbs.first(where: { $0._commandName == word }) {
                command = next
                continue
            }
            self.word = word
            let shown = verbs.filter { $0.configuration.shouldDisplay }
            suggestion = Spelling.nearest(to: word, in: shown.map { $0._commandName })
            return
        }
        return nil
    }

    /// What the parser says, with this in place of its “unexpected argument”.
    func replacing(_ message: String) -> String {
        let usage = message.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        let meant = suggestion.map { ". Did you mean '\($0)'?" } ?? ""
        return (["Error: Unknown command '\(word)'\(meant)"] + usage.map(String.init))
            .joined(separator: "\n")
    }
}
