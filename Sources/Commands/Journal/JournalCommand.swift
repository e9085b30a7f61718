internal import ArgumentParser
internal import Journal
internal import Linux
internal import Messages

/// The verb `kanaria journal`.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: .said("The guard's signed journal.", "ガードの署名付きジャーナル。"),
        subcommands: [Verify.self, Show.self, Export.self, Follow.self])
}

/// Flags that all verbs of the journal share.
struct JournalOptions: ParsableArguments {
    @Option(
        help: .said("The journal's folder, or an exported copy of it.", "ジャーナルのフォルダー、または書き出した写し。"))
    var folder = "/var/lib/kanaria/journal"

    @Flag(help: .said("Print JSON.", "JSON で出力します。"))
    var json = false

    @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
    var lang: String?

    var language: Language { Spoken.language }
    var journal: JournalFolder { JournalFolder(BytePath(argument: folder)) }

    /// Runs a verb; a failure is told and ends the program with its code.
    func run(_ body: () throws(JournalError) -> Void) throws {
        do throws(JournalError) {
            try body()
        } catch {
            Failure(error).say(language)
            throw ExitCode(error.exitCode)
        }
    }
}

extension Failure {
    fileprivate init(_ error: JournalError) {
        self.init(error.exitCode, error.problem, error.hint)
    }
}

extension JournalError {
    /// How the program ends.
    fileprivate var exitCode: Int32 {
        switch self {
        case .none: ExitCodes.noInput
        case .file(_, .fileExists): ExitCodes.cannotCreate
        case .file(_, .noSpace), .file(_, .inputOutput): ExitCodes.inputOutput
        case .file: ExitCodes.noInput
        case .badKey: ExitCodes.configuration
        case .locked, .sodium: ExitCodes.software
        }
    }
}

extension JournalCommand {
    /// The verb `kanaria journal show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Lines of the journal.", "ジャーナルの行を表示します。"))
        @OptionGroup var options: JournalOptions
        @OptionGroup var wanted: LineFilter
        @Option(help: .said("How many of the last lines; 0 for all.", "末尾から何行か。0 はすべて。"))
        var last = 50

        func validate() throws {
            if last < 0 { throw ValidationError("The value '\(last)' is invalid for '--last'") }
        }

        func run() throws {
            try options.run { () throws(JournalError) in
                let limit = last == 0 ? Int.max : last
                for line in try options.journal.lines(last: limit, where: wanted.takes) {
                    ShownLine.print(line, options)
                }
            }
        }
    }

    /// The verb `kanaria journal follow`.
    struct Follow: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("New lines as they are written.", "新しい行を続けて表示します。"))
        @OptionGroup var options: JournalOptions
        @OptionGroup var wanted: LineFilter

        func run() throws {
            try options.run { () throws(JournalError) in
                var follower = try JournalFollower(options.journal)
                while true {
                    for line in try follower.next(milliseconds: -1) where wanted.takes(line) {
                        ShownLine.print(line, options)
                    }
                }
            }
        }
    }

    /// The verb `kanaria journal export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Copy the journal without its signing key.", "署名鍵を除いて複製します。"))
        @OptionGroup var options: JournalOptions
        @Option(name: .shortAndLong, help: .said("The folder to make.", "作るフォルダー。"))
        var output: String

        func run() throws {
            try options.run { () throws(JournalError) in
                let target = BytePath(argument: output)
                try options.journal.export(to: target)
                if options.json {
                    let fields = [(key: "exported", value: JSONText.string("\(target)"))]
                    return Console.output(JSONText.object(fields))
                }
                Console.output(
                    text(
                        "exported to \(target); check it with: kanaria journal verify --folder \(target) --key FILE",
                        "\(target) に書き出しました。検証: kanaria journal verify --folder \(target) --key ファイル"
                    ).text(options.language))
            }
        }
    }
}
