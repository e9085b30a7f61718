internal import Linux
internal import Messages

/// What a person reads when a command fails, and how the program ends.
struct Failure: Error, Equatable {
    /// Exit code.
    let code: Int32
    /// What happened, to which file.
    let problem: Message
    /// What to do.
    let hint: Message?

    init(_ code: Int32, _ problem: Message, _ hint: Message? = nil) {
        self.code = code
        self.problem = problem
        self.hint = hint
    }

    /// The same with the file that it is about.
    func about(_ path: BytePath) -> Failure {
        Failure(code, text("\(path): \(problem.en)", "\(path): \(problem.ja)"), hint)
    }

    /// Says it on standard error.
    func say(_ language: Language) {
        let (error, hint) =
            language == .ja
            ? ("kanaria: エラー: ", "kanaria: 対処: ") : ("kanaria: error: ", "kanaria: hint: ")
        Console.error(error + problem.text(language))
        if let text = self.hint { Console.error(hint + text.text(language)) }
    }
}

func text(_ en: String, _ ja: String) -> Message {
    Message(en: en, ja: ja)
}
