/// A language the programs speak.
public enum Language: String, Sendable, Equatable, CaseIterable {
    case en, ja

    /// The language a person asked for.
    ///
    /// An option wins; then the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty
    /// decides, as `setlocale(3)` does. Everything that is not Japanese is English.
    public static func from(environment: [String: String], option: String?) -> Language {
        if let option, !option.isEmpty { return Language(locale: option) }
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let locale = environment[name], !locale.isEmpty { return Language(locale: locale) }
        }
        return .en
    }

    // `ja`, `ja_JP.UTF-8` and `ja-JP`, but not `jam` (Jamaican Creole).
    private init(locale: String) {
        let tongue = locale.lowercased().prefix { $0.isLetter }
        self = tongue == "ja" || tongue == "japanese" ? .ja : .en
    }
}
