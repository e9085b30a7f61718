/// One sentence in every language the programs speak.
public struct Message: Sendable, Hashable, Codable {
    /// The English text.
    public let en: String
    /// The Japanese text.
    public let ja: String

    /// Takes the text in both languages.
    public init(en: String, ja: String) {
        self.en = en
        self.ja = ja
    }

    /// The text in one language.
    public func text(_ language: Language) -> String {
        switch language {
        case .en: en
        case .ja: ja
        }
    }
}
