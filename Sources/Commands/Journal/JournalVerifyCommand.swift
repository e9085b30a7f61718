internal import ArgumentParser
internal import FoundationEssentials
internal import Journal
internal import Linux
internal import Messages

extension JournalCommand {
    /// The verb `kanaria journal verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Was the journal changed?", "改変されていないか検証します。"))
        @OptionGroup var options: JournalOptions
        @Option(
            help: .said(
                "A copy of key.pub kept elsewhere; otherwise the folder's own is believed.",
                "別の場所に保管した key.pub の写し。なければフォルダー内の鍵を信じます。"))
        var key: String?
        @Option(
            help: .said(
                "NUMBER or NUMBER:DIGEST of a line that must be there; may be repeated.",
                "存在すべき行の「番号」または「番号:ダイジェスト」(複数回指定可)。"))
        var anchor: [String] = []

        func run() throws {
            var anchors = [JournalAnchor]()
            for text in anchor {
                guard let anchor = JournalAnchor(text) else {
                    throw ValidationError("The value '\(text)' is invalid for '--anchor'")
                }
                anchors.append(anchor)
            }
            var found: Verification?
            try options.run { () throws(JournalError) in
                found = try Verifier(
                    options.journal, publicKey: key.map { BytePath(argument: $0) },
                    anchors: anchors
                ).run()
            }
            guard let found else { return }
            if options.json {
                try GuardOptions.printJSON(VerificationReport(found))
            } else {
                tell(found)
            }
            if found.faultCount > 0 { throw ExitCode(ExitCodes.damaged) }
        }

        private func tell(_ found: Verification) {
            let language = options.language
            for note in found.notes { Console.output(note.message.text(language)) }
            for fault in found.faults { Console.output(fault.message.text(language)) }
            if key == nil {
                Console.output(
                    text(
                        "believed the public key in the folder itself: \(found.key)",
                        "フォルダー内の公開鍵を使いました: \(found.key)"
                    ).text(language))
            }
            let (lines, files) = (found.lineCount, found.fileCount)
            let anchor = "\(found.last):\(found.lastDigest)"
            let result =
                found.faultCount == 0
                ? text(
                    "whole: \(lines) lines in \(files) files, signed up to \(found.signedThrough); the last one is \(anchor)",
                    "改変なし: \(files) ファイル \(lines) 行、\(found.signedThrough) まで署名済み、最終行 \(anchor)")
                : text(
                    "NOT whole: \(found.faultCount) faults in \(lines) lines of \(files) files",
                    "改変あり: \(files) ファイル \(lines) 行中 \(found.faultCount) 件の異常")
            Console.output(result.text(language))
        }
    }
}

/// What programs read.
private struct VerificationReport: Encodable {
    struct Fault: Encodable {
        var kind: String
        var file: String
        var line: Int
        var firstSequence: UInt64?
        var lastSequence: UInt64?
        var text: Message
    }

    var whole: Bool
    var key: String
    var files: Int
    var lines: UInt64
    var first: UInt64
    var last: UInt64
    var lastDigest: String
    var signedThrough: UInt64
    var faultCount: Int
    var faults: [Fault]
    var notes: [Message]

    init(_ found: Verification) {
        whole = found.faultCount == 0
        (key, files, lines) = (found.key, found.fileCount, found.lineCount)
        (first, last, lastDigest) = (found.first, found.last, found.lastDigest)
        (signedThrough, faultCount) = (found.signedThrough, found.faultCount)
        faults = found.faults.map { fault in
            Fault(
                kind: fault.kind.rawValue, file: fault.file, line: fault.line,
                firstSequence: fault.sequences?.lowerBound,
                lastSequence: fault.sequences?.upperBound, text: fault.message)
        }
        notes = found.notes.map(\.message)
    }
}

extension JournalFault {
    /// What people read.
    fileprivate var message: Message {
        let place = line == 0 ? file : "\(file):\(line)"
        let numbers = sequences.map { lines in
            let (first, last) = (lines.lowerBound, lines.upperBound)
            return first == last ? "\(first)" : "\(first)–\(last)"
        }
        let (en, ja) = kind.words
        return text(
            "\(place): \(en)" + (numbers.map { " (number \($0))" } ?? ""),
            "\(place): \(ja)" + (numbers.map { " (番号 \($0))" } ?? ""))
    }
}

extension JournalFault.Kind {
    fileprivate var words: (en: String, ja: String) {
        switch self {
        case .altered: ("this line was altered", "この行は改変されています")
        case .deleted: ("lines were deleted in front of this one", "この行の前の行が削除されています")
        case .inserted: ("this line was put in", "この行は挿入されたものです")
        case .reordered: ("this line is out of order", "この行は順序が入れ替えられています")
        case .truncated: ("the lines from here on were cut off", "ここから後の行が切り取られています")
        case .missingFile: ("this file is missing", "このファイルがありません")
        case .wrongSignature:
            ("the signature is wrong or by another key", "署名が不正か、別の鍵によるものです")
        }
    }
}

extension JournalNote {
    /// What people read.
    fileprivate var message: Message {
        switch self {
        case .clockSetBack(let file, let line, _, let milliseconds):
            text(
                "\(file):\(line): the clock was set back by \(milliseconds) ms",
                "\(file):\(line): 時計が \(milliseconds) ミリ秒戻されています")
        case .unsigned(let count):
            text(
                "the last \(count) lines are not signed yet",
                "最後の \(count) 行はまだ署名されていません")
        case .open:
            text(
                "the journal was not closed: it is in use, or the guard was killed",
                "ジャーナルは閉じられていません (使用中か、ガードが強制終了されました)")
        case .removedAnchor(let sequence):
            text(
                "line \(sequence) was removed on purpose and cannot be compared",
                "\(sequence) 行目は保存期間等により削除済みで、照合できません")
        }
    }
}
