public import Messages

/// One thing that was looked at on this machine, and how it is.
public struct Finding: Sendable, Equatable, Encodable {
    /// How good or bad it is.
    public enum Level: String, Sendable, Comparable, CaseIterable, Encodable {
        /// As it should be.
        case good
        /// Worth knowing; the guard does all it can do.
        case note
        /// The guard works, but lacks something.
        case degraded
        /// The guard cannot work.
        case broken

        /// Whether one is better than the other.
        public static func < (left: Level, right: Level) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// How good or bad it is.
    public let level: Level
    /// A word for programs, as `fanotify.names`.
    public let code: String
    /// What was found.
    public let fact: Message
    /// What to do about it; nil where nothing is to be done.
    public let remedy: Message?

    init(_ level: Level, _ code: String, _ fact: Message, _ remedy: Message? = nil) {
        (self.level, self.code, self.fact, self.remedy) = (level, code, fact, remedy)
    }
}

func text(_ en: String, _ ja: String) -> Message { Message(en: en, ja: ja) }
