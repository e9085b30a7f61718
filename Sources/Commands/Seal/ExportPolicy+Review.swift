internal import Contents
internal import Linux
internal import Messages
internal import Policies
internal import Reviewing
internal import Sealing

extension ExportPolicy {
    /// Looks through an export as the policy asks; nil where it does not ask.
    func look(at source: Source) throws(Failure) -> ExportReview? {
        if sensitive == nil, contentTypes == nil { return nil }
        guard case .path(let path) = source else {
            throw Failure(
                ExitCodes.policy,
                text(
                    "the policy asks to look through the export, so it can't be a pipe",
                    "ポリシーが内容の確認を求めるため、パイプは封印できません"),
                text("name a file", "ファイルを指定してください"))
        }
        do throws(ReviewError) {
            return try ExportReview(of: path, searching: sensitive != nil)
        } catch {
            throw Failure(error)
        }
    }

    /// Refuses or warns of what was found, before anything is sealed.
    func judge(_ review: ExportReview, _ language: Language) throws(Failure) {
        for file in review.files where !allows(contentType: file.mediaType) {
            throw Failure(
                ExitCodes.policy,
                text(
                    "the policy does not allow \(file.path), which is \(file.mediaType)",
                    "ポリシーは \(file.path)（\(file.mediaType)）を許可していません"))
        }
        if !review.findings.isEmpty { try act(on: review.findings, language) }
    }

    private func act(on findings: SensitiveFindings, _ language: Language) throws(Failure) {
        let found = Message(en: findings.words(\.en), ja: findings.words(\.ja))
        switch sensitive {
        case .refuse:
            throw Failure(
                ExitCodes.policy,
                text(
                    "the export holds sensitive data: \(found.en)",
                    "機微な情報が含まれています: \(found.ja)"),
                text(
                    "the policy refuses it; nothing was sealed",
                    "ポリシーにより封印しませんでした"))
        case .warn:
            Notice.warn(
                text(
                    "the export holds sensitive data: \(found.en)",
                    "機微な情報が含まれています: \(found.ja)"), language)
        case .record, nil: break
        }
    }
}

extension SensitiveFindings {
    /// Kinds and counts for a record.
    var byKind: [(kind: String, count: Int)] {
        Kind.allCases.compactMap { kind in counts[kind].map { (kind.rawValue, $0) } }
    }

    /// Kinds and counts; never what was found.
    fileprivate func words(_ language: KeyPath<Message, String>) -> String {
        Kind.allCases.compactMap { kind in
            counts[kind].map { "\(kind.words[keyPath: language]) \($0)" }
        }.joined(separator: ", ")
    }
}

extension SensitiveFindings.Kind {
    fileprivate var words: Message {
        switch self {
        case .myNumber: text("My Number", "マイナンバー")
        case .paymentCard: text("card number", "カード番号")
        case .hl7Patient: text("HL7 patient", "HL7 患者情報")
        case .dicomPatient: text("DICOM patient field", "DICOM 患者項目")
        }
    }
}

extension Failure {
    /// The words for an export that could not be looked through.
    init(_ error: ReviewError) {
        switch error {
        case .read(let path, let errno): self = .unreadable(path, errno)
        case .magic(let error):
            self.init(
                ExitCodes.software,
                text("media types can't be told: \(error)", "ファイル形式を判定できません: \(error)"))
        }
    }

    /// The words for a source that the policy keeps.
    static let keepsSource = Failure(
        ExitCodes.policy,
        text("the policy keeps the source", "ポリシーにより元のファイルは削除できません"),
        text("leave out --remove-source", "--remove-source を外してください"))
}

extension Message {
    /// What removing a file can't promise.
    static let removal = Message(
        en: "removing a file does not erase it on SSDs, snapshots, backups and copy-on-write disks",
        ja: "SSD・スナップショット・バックアップ・CoW ディスクでは、削除しても内容が残ることがあります")
}
