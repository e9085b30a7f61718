internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract:
            .said(
                "Writes what is authentic of a damaged file, with holes where nothing is.",
                "壊れたファイルから認証できる部分を書き出し、残りは穴にします。")
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var keys: IdentityOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var settings: SettingsOptions

    @Flag(
        help: .said(
            "Say that an incomplete file is wanted; nothing is done without it.",
            "不完全なファイルでよいという確認。これがなければ何もしません。"))
    var despiteDamage = false

    @Option(
        name: [.customShort("o"), .long],
        help: .said("The output, which must not exist.", "出力先 (既存のものは不可)。"))
    var output: String

    @Flag(
        help: .said(
            "Report what is missing as JSON on standard output.", "足りない部分を標準出力に JSON で表示します。"))
    var json = false

    @Argument(help: .said("The damaged file.", "壊れたファイル。"))
    var file: String

    func run() throws {
        try common.run { () throws(Failure) in
            if !despiteDamage { throw .unaskedRecovery }
            if output == "-" { throw .recoveryNeedsFile }
            let records = RecordKeeping(try settings.read(), common.language)
            let source = Place.source(file)
            let path = BytePath(argument: output)
            var record = SealRecord(.recover, source)
            record.waived = try trust.demands(common.language).waivers
            try records.keep(record) { () throws(Failure) in
                let unlocking = try keys.unlocking(trust, common.language)
                let found: Recovery
                do throws(UnlockError) {
                    found = try unlocking.recover(source, to: path)
                } catch {
                    throw Failure(error)
                }
                report(found, source.path, path)
                if !found.isWhole { throw .incomplete(path, found) }
            }
        }
    }

    private func report(_ found: Recovery, _ source: BytePath, _ path: BytePath) {
        if json { Console.output(found.json(source, path)) }
        for line in found.lines { Console.error("kanaria: " + line.text(common.language)) }
    }
}

extension Recovery {
    fileprivate func json(_ source: BytePath, _ path: BytePath) -> String {
        let ranges = holes.map { "{\"from\":\($0.lowerBound),\"to\":\($0.upperBound)}" }
        return "{\"path\":\(JSONText.string("\(source)")),\"output\":\(JSONText.string("\(path)")),"
            + "\"whole\":\(isWhole),\"bytes\":\(byteCount),"
            + "\"authenticBytes\":\(authenticByteCount),\"endPresent\":\(hasEnd),"
            + "\"trailingBytes\":\(hasTrailingBytes),\"headerAuthentic\":\(isHeaderAuthentic),"
            + "\"folder\":\(isFolder),\"holes\":[\(ranges.joined(separator: ","))]}"
    }

    fileprivate var lines: [Message] {
        var found = holes.map { hole in
            text(
                "missing: bytes \(hole.lowerBound) to \(hole.upperBound - 1), zeros in their place",
                "欠落: バイト \(hole.lowerBound)〜\(hole.upperBound - 1)（ゼロで埋めました）")
        }
        if !hasEnd {
            found.append(
                text(
                    "missing: the end, from byte \(byteCount) on; how much is not known",
                    "欠落: バイト \(byteCount) 以降の末尾（長さは不明）"))
        }
        if hasTrailingBytes {
            found.append(
                text("left out: bytes behind the end", "除外: 終端より後のバイト"))
        }
        if !isHeaderAuthentic {
            found.append(
                text(
                    "the header was changed: recipients and sender are not certain",
                    "ヘッダーが変更されています。受信者と送信者は確かではありません"))
        }
        if isFolder {
            found.append(
                text(
                    "it is a folder's tar stream: `tar --ignore-zeros -xf` takes it apart, "
                        + "and files over a missing place have zeros there",
                    "フォルダーの tar 形式です。`tar --ignore-zeros -xf` で展開できますが、"
                        + "欠落箇所にかかるファイルにはゼロが入ります"))
        }
        return found
    }
}

extension Failure {
    fileprivate static let unaskedRecovery = Failure(
        ExitCodes.usage,
        text("recover writes incomplete files", "recover は不完全なファイルを書き出します"),
        text(
            "say --despite-damage if that is what you want",
            "それでよければ --despite-damage を指定してください"))

    fileprivate static let recoveryNeedsFile = Failure(
        ExitCodes.usage,
        text("holes can't be written to standard output", "標準出力には欠落部分を書けません"),
        text("name a file with -o", "-o でファイルを指定してください"))

    fileprivate static func incomplete(_ path: BytePath, _ found: Recovery) -> Failure {
        Failure(
            ExitCodes.damaged,
            text(
                "\(path) is incomplete: \(found.authenticByteCount) bytes are authentic",
                "\(path) は不完全です（真正なのは \(found.authenticByteCount) バイト）"),
            text(
                "no signature vouches for a part of a file; ask the sender for a whole one",
                "署名は一部だけを保証しません。送信者に完全なファイルを求めてください"))
    }
}
