internal import Control
internal import Messages

extension IncidentReport {
    /// What it was decided by, for people.
    var explanation: [Message] {
        var lines = [
            Message(
                en: "\(id): \(state.rawValue), because of \(reason)",
                ja: "\(id): \(state.rawValue)、理由 \(reason)"), actorLine,
        ]
        if let decisionMicroseconds, let stoppedMicroseconds {
            let (decided, stood) = (
                thousandths(decisionMicroseconds), thousandths(stoppedMicroseconds)
            )
            lines.append(
                Message(
                    en:
                        "decided \(decided) ms after the last change was read, stopped after \(stood) ms",
                    ja: "最後の変更を読んでから \(decided) ms で判定、\(stood) ms で停止"))
        }
        lines += clientLines + (evidence?.lines ?? []) + files.flatMap(\.explanation)
        if let score, let threshold { lines.append(sum(score, threshold)) }
        return lines
    }

    private var actorLine: Message {
        if actor.pid == 0 {
            return Message(en: "by nobody that is known", ja: "実行者は不明")
        }
        let program = "\(actor.executable.text) (\(actor.pid))"
        return Message(
            en: "by \(program), user \(actor.user)", ja: "実行者 \(program)、利用者 \(actor.user)")
    }

    /// Honest rewrites count against the sum, and older acts are not told any more.
    private func sum(_ score: Double, _ threshold: Double) -> Message {
        let shown = files.reduce(0) { $0 + $1.weight }
        let rest = fixed(score - shown, sign: true)
        return Message(
            en: """
                sum \(fixed(score)), an attack from \(fixed(threshold)) on; \
                \(fixed(shown, sign: true)) of it above, \(rest) by honest or earlier acts
                """,
            ja: """
                合計 \(fixed(score)) (\(fixed(threshold)) 以上で攻撃と判定)。上記の分 \
                \(fixed(shown, sign: true))、正常な操作や以前の操作の分 \(rest)
                """)
    }
}

extension FileReport {
    fileprivate var explanation: [Message] {
        let head = "  \(fixed(weight, sign: true))  \(path.text)"
        let (before, after) = (typeBefore ?? "?", type ?? "–")
        let bits = entropy.map { fixed($0) }
        let details = Message(
            en: "         \(before) → \(after) (\(contentClass))"
                + (bits.map { ", \($0) bits per byte" } ?? ""),
            ja: "         \(before) → \(after) (\(contentClass))"
                + (bits.map { "、1 バイトあたり \($0) ビット" } ?? ""))
        let meaning = evidence.map { word in
            let text = Self.meanings[word] ?? Message(en: word, ja: word)
            return Message(en: "         " + text.en, ja: "         " + text.ja)
        }
        return [Message(en: head, ja: head), details] + (meaning.map { [$0] } ?? [])
    }

    /// What the words for evidence mean; docs/json.md lists them.
    static let meanings: [String: Message] = [
        "uniform-overwrite": Message(
            en: "random content over an older file", ja: "古いファイルを乱数状の内容で上書き"),
        "uniform-replacement": Message(
            en: "a random new file, and an older one went", ja: "乱数状の新しいファイルと、失われた古いファイルの組"),
        "uniform-new": Message(
            en: "a random new file; nothing was lost for it so far", ja: "乱数状の新しいファイル (失われたものはまだなし)"
        ),
        "container-replacement": Message(
            en: "an encrypted container in place of an older file", ja: "古いファイルを暗号化コンテナーで置き換え"),
        "container-new": Message(
            en: "a new encrypted container; nothing was lost for it so far",
            ja: "新しい暗号化コンテナー (失われたものはまだなし)"),
        "broken": Message(
            en: "content that belies its own signature", ja: "形式の署名と矛盾する内容"),
        "loose-replacement": Message(
            en: "a random new file, and an older one elsewhere went",
            ja: "乱数状の新しいファイルと、別の場所で失われた古いファイルの組"),
        "suffix-rename": Message(
            en: "random content renamed to a suffix that others got", ja: "乱数状のファイルを共通の拡張子に改名"),
        "new-suffix": Message(
            en: "one of many renamed to one suffix that no file had", ja: "これまでにない一つの拡張子への多数の改名"),
        "note-fan-out": Message(
            en: "one text like a ransom note in several folders", ja: "脅迫文に似た同じ文書を複数のフォルダーに配置"),
        "removed": Message(
            en: "an older file went; nothing came for it so far", ja: "古いファイルの消失 (代わりのものはまだなし)"),
        "canary-read": Message(en: "a canary was read", ja: "おとりファイルの読み取り"),
        "canary-attributes": Message(
            en: "a canary's attributes were changed, or it was linked", ja: "おとりファイルの属性変更またはリンク"),
        "canary-destroyed": Message(
            en: "a canary was opened for writing, changed or removed",
            ja: "おとりファイルの書き込み用オープン、変更、または削除"),
    ]
}

/// Two places behind the point.
private func fixed(_ value: Double, sign: Bool = false) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    let digits = "\(hundredths % 100)"
    let text = "\(hundredths / 100)." + (digits.count < 2 ? "0" : "") + digits
    if value < 0, hundredths > 0 { return "−" + text }
    return sign ? "+" + text : text
}

private func thousandths(_ microseconds: UInt64) -> String {
    let digits = "\(microseconds % 1000)"
    return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
}
