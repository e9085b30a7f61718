internal import Contents
internal import Messages
internal import Scanning

/// The sum of a scan.
struct ScanSum {
    private let survey: ScanSurvey
    private let findingCounts: [String: Int]
    var hasBaseline = false
    var movedAccessTimes = false
    var canaryCount: Int?
    var canaryFault: String?
    var unreadableCanaryCount = 0

    init(_ survey: ScanSurvey, _ findingCounts: [String: Int]) {
        (self.survey, self.findingCounts) = (survey, findingCounts)
    }

    /// For people.
    var lines: [Message] {
        let found = findingCounts.values.reduce(0, +)
        let size = ProgressReport.size(survey.byteCount)
        var lines = [
            text(
                "\(survey.fileCount) files, \(size): "
                    + (found == 0 ? "nothing found" : "\(found) findings"),
                "\(survey.fileCount) ファイル、\(size): "
                    + (found == 0 ? "検出なし" : "検出 \(found) 件"))
        ]
        let containers = survey.classCounts[.encryptedContainer, default: 0]
        if containers > 0 {
            lines.append(
                text(
                    "encrypted by known tools, which is no finding by itself: \(containers)",
                    "既知のツールで暗号化されたファイル (それだけでは検出としません): \(containers)"))
        }
        if hasBaseline {
            lines.append(
                text(
                    "since the earlier scan: \(survey.newCount) new, \(survey.goneCount) gone, "
                        + "\(survey.knownCount) as bad as before",
                    "前回から: 新規 \(survey.newCount)、消失 \(survey.goneCount)、"
                        + "前回から異常のまま \(survey.knownCount)"))
        }
        return lines + omissions + canaries + accessTimes
    }

    private var omissions: [Message] {
        Omission.Reason.allCases.compactMap { reason in
            survey.omissionCounts[reason].map { count in
                text(
                    "passed over: \(count) (\(reason.words.en))",
                    "対象外: \(count) (\(reason.words.ja))")
            }
        }
    }

    private var canaries: [Message] {
        if let canaryFault {
            return [
                text(
                    "the list of canaries can't be read, none was checked: \(canaryFault)",
                    "カナリアの一覧を読めず、確認していません: \(canaryFault)")
            ]
        }
        guard let canaryCount else { return [] }
        return [
            text(
                "canaries checked: \(canaryCount), unreadable: \(unreadableCanaryCount)",
                "確認したカナリア: \(canaryCount)、読めないもの: \(unreadableCanaryCount)")
        ]
    }

    private var accessTimes: [Message] {
        guard movedAccessTimes else { return [] }
        return [
            text(
                "times of access may have moved: only the owner and root may keep them",
                "最終アクセス時刻が変わった可能性があります (維持できるのは所有者と root だけです)")
        ]
    }

    /// For programs.
    var json: String {
        func counts(_ pairs: [(String, Int)]) -> String {
            JSONText.object(pairs.sorted { $0.0 < $1.0 }.map { ($0.0, "\($0.1)") })
        }
        return JSONText.object([
            ("end", "true"), ("files", "\(survey.fileCount)"), ("bytes", "\(survey.byteCount)"),
            ("findings", counts(findingCounts.map { ($0, $1) })),
            ("classes", counts(survey.classCounts.map { ("\($0)", $1) })),
            ("omitted", counts(survey.omissionCounts.map { ($0.rawValue, $1) })),
            ("new", hasBaseline ? "\(survey.newCount)" : "null"),
            ("gone", hasBaseline ? "\(survey.goneCount)" : "null"),
            ("known", hasBaseline ? "\(survey.knownCount)" : "null"),
            ("canaries", canaryCount.map { "\($0)" } ?? "null"),
            ("canariesUnreadable", canaryFault == nil ? "\(unreadableCanaryCount)" : "null"),
            ("canaryFault", canaryFault.map(JSONText.string) ?? "null"),
            ("accessTimesKept", "\(!movedAccessTimes)"),
        ])
    }
}
