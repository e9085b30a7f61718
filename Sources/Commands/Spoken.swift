internal import ArgumentParser
internal import Linux
internal import Messages

/// The language in which the program was called.
enum Spoken {
    /// `--lang` wherever it stands, else that of the environment.
    ///
    /// The texts of the help are chosen while the parser is set up, before it has parsed anything.
    static let language = language(of: RawArguments.current)

    static func language(of arguments: [String]) -> Language {
        let next = arguments.firstIndex(of: "--lang").map { arguments[($0 + 1)...].first } ?? nil
        let joined = arguments.first { $0.hasPrefix("--lang=") }.map { String($0.dropFirst(7)) }
        return .from(
            environment: Environment.current,
            option: next ?? joined ?? RawArguments.language)
    }
}

extension ArgumentHelp {
    /// What an argument is for, in the language of the call.
    static func said(_ en: String, _ ja: String, valueName: String? = nil) -> ArgumentHelp {
        ArgumentHelp(.said(en, ja), valueName: valueName)
    }
}

extension String {
    /// A text of the help in the language of the call.
    static func said(_ en: String, _ ja: String) -> String {
        Message(en: en, ja: ja).text(Spoken.language)
    }
}
