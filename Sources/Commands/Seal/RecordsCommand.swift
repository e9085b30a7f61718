internal import ArgumentParser
internal import FoundationEssentials
internal import Linux
internal import Messages
internal import Sealing

struct RecordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: .said("Shows your records of opening and sealing files.", "自分の開封と封印の記録を表示します。"))

    @OptionGroup var common: CommonOptions

    @Flag(
        help: .said(
            "Only check that no line was changed or removed from the middle.",
            "途中の行が変更・削除されていないことだけを検査します。"))
    var check = false

    @Flag(
        help: .said(
            "Say it as JSON: the lines as they stand, then the result of the check.",
            "記録の行をそのまま、最後に検査の結果を JSON で表示します。"))
    var json = false

    @Argument(help: .said("Another log than your own.", "自分のもの以外の記録ファイル。"))
    var log: String?

    func run() throws {
        try common.run { () throws(Failure) in
            let log = log.map { RecordLog(BytePath(argument: $0)) } ?? RecordKeeping.ownLog
            guard let log else { throw Failure(RecordLogError.noFolder) }
            let reading: RecordLog.Reading
            do throws(RecordLogError) { reading = try log.read() } catch { throw Failure(error) }
            if !check {
                for line in reading.lines {
                    let text = String(decoding: line, as: UTF8.self).withoutControls
                    Console.output(json ? text : ShownRecord(text)?.line ?? text)
                }
            }
            tell(reading, log.path)
            if reading.broken.isEmpty { return }
            throw Failure(
                ExitCodes.damaged,
                text(
                    "\(log.path) was changed before line \(reading.broken[0])",
                    "\(log.path) は \(reading.broken[0]) 行目より前で改変されています"),
                text(
                    "compare it with the shared directory or a backup",
                    "共有ディレクトリかバックアップと照合してください"))
        }
    }

    private func tell(_ reading: RecordLog.Reading, _ path: BytePath) {
        let count = reading.lines.count
        if json {
            return Console.output(
                "{\"path\":\(JSONText.string("\(path)")),\"lines\":\(count),"
                    + "\"broken\":\(reading.broken),\"torn\":\(reading.torn)}")
        }
        for line in reading.torn {
            Notice.warn(
                text(
                    "line \(line) was cut off by a crash", "\(line) 行目は異常終了で途切れています"),
                common.language)
        }
        guard check, reading.broken.isEmpty else { return }
        Console.output(
            text("\(path): \(count) records in order", "\(path): \(count) 件の記録は整合しています")
                .text(common.language))
    }
}

/// A record as people read it.
private struct ShownRecord: Decodable {
    var time: String
    var user: UInt32
    var action: String
    var path: String
    var file: String?
    var result: String
    var waived: [String]?
    var findings: [String: Int]?

    init?(_ line: String) {
        guard let record = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
            return nil
        }
        self = record
    }

    var line: String {
        let found = (findings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let waived = (waived ?? []).map { "--" + $0 }
        let parts = [time, "\(user)", action, result, path, file ?? "-"] + waived
        return (parts + found).map(\.withoutControls).joined(separator: "  ")
    }
}

extension String {
    /// The text with control characters shown, since a changed log may hold what steers a screen.
    fileprivate var withoutControls: String {
        unicodeScalars.reduce(into: "") { result, scalar in
            result +=
                scalar.properties.generalCategory == .control
                ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}
