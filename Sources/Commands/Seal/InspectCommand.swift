internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: .said("Says what is known of a sealed file without a key.", "鍵なしで分かることを表示します。"))

    @OptionGroup var common: CommonOptions
    @OptionGroup var issuers: IssuerOptions

    @Flag(
        help: .said(
            "Read the payload as well and compare it with what was signed.",
            "本体も読み、署名された内容と照合します。"))
    var verifySignature = false

    @Flag(help: .said("Say it as JSON.", "JSON で表示します。"))
    var json = false

    @Argument(help: .said("The sealed file; standard input without one.", "封印したファイル。省略時は標準入力。"))
    var file: String?

    func run() throws {
        try common.run { () throws(Failure) in
            let trusted = try issuers.trusted(common.language)
            let source = if let file { Place.source(file) } else { try Place.standardInput() }
            let found: Inspection
            do throws(UnlockError) {
                found = try Inspection(source, trusted: trusted, readingPayload: verifySignature)
            } catch {
                throw Failure(error)
            }
            if json {
                Console.output(found.json)
            } else {
                for line in found.lines { Console.output(line.text(common.language)) }
            }
            if verifySignature { try check(found) }
        }
    }

    /// Whoever asks for the signature wants the exit code to tell.
    private func check(_ found: Inspection) throws(Failure) {
        switch found.signature {
        case .missing: throw Failure(.missing, found.path)
        case .broken(let error): throw Failure(error, found.path)
        case .valid:
            if found.isPayloadSigned == false { throw Failure(.otherPayload, found.path) }
        }
    }
}

extension Inspection {
    fileprivate var json: String {
        var fields = [
            ("path", JSONText.string("\(path)")), ("armored", "\(isArmored)"),
            ("stanzas", JSONText.array(stanzaTypes)), ("headerBytes", "\(headerByteCount)"),
            ("fileBytes", "\(fileByteCount)"),
            ("plaintextBytes", plaintextByteCount.map { "\($0)" } ?? "null"),
            ("remarks", JSONText.array(remarks.map(\.rawValue))),
        ]
        switch signature {
        case .missing: fields.append(("signature", JSONText.string("missing")))
        case .broken(let error):
            fields.append(("signature", JSONText.string("broken")))
            fields.append(("signatureError", JSONText.string(error.fact.en)))
        case .valid(let finding):
            fields.append(("signature", JSONText.string("valid")))
            fields.append(("issuerTrusted", "\(finding.isTrusted)"))
            fields.append(("payloadAsSigned", isPayloadSigned.map { "\($0)" } ?? "null"))
            fields.append(("policy", finding.signed.policy.json))
        }
        return JSONText.object(fields)
    }

    fileprivate var lines: [Message] {
        let kinds = stanzaTypes.joined(separator: ", ")
        var found = [
            text("file: \(path)", "ファイル: \(path)"),
            text("stanzas: \(kinds)", "スタンザ: \(kinds)"),
            text("header: \(headerByteCount) bytes", "ヘッダー: \(headerByteCount) バイト"),
        ]
        if let count = plaintextByteCount {
            found.append(text("plaintext: \(count) bytes", "平文: \(count) バイト"))
        }
        switch signature {
        case .missing: found.append(text("signature: none", "署名: なし"))
        case .broken(let error):
            found.append(text("signature: \(error.fact.en)", "署名: \(error.fact.ja)"))
        case .valid(let finding):
            let policy = finding.signed.policy
            found.append(text("signature: valid", "署名: 有効"))
            if isPayloadSigned == true {
                found.append(text("payload: as signed", "ペイロード: 署名どおり"))
            }
            found += policy.lines
            let count = policy.recipients.count
            found.append(text("recipients: \(count)", "受信者: \(count)"))
        }
        return found + remarks.map { text("note: \($0.words.en)", "注意: \($0.words.ja)") }
    }
}

extension FilePolicy {
    /// The policy as JSON; times are in UTC.
    var json: String {
        func value(_ text: String?) -> String { text.map(JSONText.string) ?? "null" }
        func time(_ seconds: Int64?) -> String {
            value(seconds.map { UTCTime(secondsSince1970: $0).text })
        }
        return JSONText.object([
            ("fileID", value(fileIDText)), ("issuer", value(issuer.text)),
            ("issuerName", value(terms.issuerName)), ("created", time(created)),
            ("notBefore", time(terms.notBefore)), ("notAfter", time(terms.notAfter)),
            ("purpose", value(terms.purpose)), ("classification", value(terms.classification)),
            ("contact", value(terms.contact)), ("rules", JSONText.array(terms.rules)),
            ("recipients", JSONText.array(recipients)),
            ("extensions", JSONText.array(extensions)),
        ])
    }
}

extension Inspection.Remark {
    fileprivate var words: Message {
        switch self {
        case .passphraseOnly:
            text("whoever knows or guesses the passphrase opens it", "パスフレーズを知る人は誰でも開けます")
        case .weakPassphraseWork:
            text(
                "its passphrase is quick to guess: little scrypt work",
                "scrypt の計算量が小さく、パスフレーズを推測されやすいです")
        case .singleRecipient:
            text(
                "one key alone opens it: if that is lost, nobody can",
                "開ける鍵が 1 つだけです。失うと誰も開けません")
        case .unknownStanza:
            text("it has stanzas of a kind unknown here", "未知の種類のスタンザがあります")
        case .noSignature:
            text("it is not signed: its sender is not known", "署名がなく、送信者を確認できません")
        case .brokenSignature:
            text("its policy must not be believed", "ポリシーを信用しないでください")
        case .untrustedIssuer:
            text("its issuer is not among those trusted here", "信頼された発行者ではありません")
        case .notYetValid: text("it is not valid yet", "有効期間がまだ始まっていません")
        case .expired: text("it has expired", "有効期限が切れています")
        case .payloadCut: text("its payload is cut or damaged", "ペイロードが途切れているか破損しています")
        case .postQuantumMixed:
            text(
                "a quantum computer could open it by those recipients that are not post-quantum",
                "耐量子でない受信者の鍵から、量子計算機で開けられるおそれがあります")
        case .otherPayload: text("its content is not what was signed", "内容が署名されたものと異なります")
        }
    }
}
