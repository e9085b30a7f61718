import Contents
import Linux
import Testing

@testable import Scanning

/// A file as a scan would tell of it.
private func file(
    _ path: String, _ judgementClass: JudgementClass = .recognised, _ kind: Kind = .zip,
    byteCount: UInt64 = 100, modified: Int64 = 1, note: String? = nil
) -> ScannedFile {
    ScannedFile(
        place: ScannedPlace(root: 0, path: BytePath(path)), byteCount: byteCount, inode: 1,
        modified: modified, changed: 1, judgementClass: judgementClass, kind: kind,
        structure: judgementClass == .recognised ? .walked : .none, entropyBitsPerByte: 7.5,
        noteDigest: note)
}

@Suite struct SurveyTests {
    @Test(
        "tells classes that speak for an attack, and no others", arguments: JudgementClass.allCases)
    func classes(judgementClass: JudgementClass) {
        var survey = ScanSurvey(baseline: nil)
        let one = file("a", judgementClass)
        switch survey.add(one) {
        case .encrypted(let found): #expect(found == one && one.looksEncrypted)
        case .broken(let found): #expect(found == one && judgementClass == .broken)
        case nil: #expect(!judgementClass.isStrong)
        default: Issue.record("another finding")
        }
        #expect(survey.fileCount == 1 && survey.classCounts == [judgementClass: 1])
    }

    struct Change: CustomTestStringConvertible, Sendable {
        var before: (JudgementClass, Kind)
        var now: (JudgementClass, Kind)
        var expected: BaselineChange?
        var testDescription: String { "\(before) to \(now)" }
    }

    @Test(
        "compares with an earlier scan",
        arguments: [
            Change(before: (.recognised, .pdf), now: (.uniform, .none), expected: .lostStructure),
            Change(before: (.recognised, .pdf), now: (.broken, .pdf), expected: .lostStructure),
            Change(before: (.recognised, .pdf), now: (.unknown, .none), expected: .lostStructure),
            Change(
                before: (.recognised, .pdf), now: (.encryptedContainer, .openPGP),
                expected: .becameContainer),
            Change(before: (.recognised, .pdf), now: (.recognised, .png), expected: .changedType),
            Change(before: (.recognised, .json), now: (.recognised, .textUTF8), expected: nil),
            Change(before: (.recognised, .zip), now: (.recognised, .zip), expected: nil),
            Change(before: (.unknown, .none), now: (.recognised, .zip), expected: nil),
        ])
    func change(_ change: Change) {
        let before = file("a", change.before.0, change.before.1)
        var survey = ScanSurvey(baseline: [before.place: before])
        let found = survey.add(file("a", change.now.0, change.now.1, modified: 2))
        switch found {
        case .changed(_, _, let kind): #expect(kind == change.expected)
        default: #expect(found == nil && change.expected == nil)
        }
    }

    @Test func knowsWhatWasBadBefore() {
        let bad = file("a", .uniform, .none)
        var survey = ScanSurvey(baseline: [bad.place: bad])
        #expect(survey.add(bad) == nil && survey.knownCount == 1)
        var other = ScanSurvey(baseline: [bad.place: bad])
        let rewritten = file("a", .uniform, .none, modified: 2)
        #expect(other.add(rewritten) == .encrypted(rewritten))
        #expect(other.add(file("b")) == nil)
        #expect(other.newCount == 1 && other.goneCount == 0)
    }

    @Test("finds one note in many folders", arguments: [2, 3, 40])
    func notes(folders: Int) {
        var survey = ScanSurvey(baseline: nil)
        for number in 0..<folders {
            _ = survey.add(file("\(number)/README.txt", note: "digest"))
            // The same folder does not count twice.
            _ = survey.add(file("\(number)/README.txt", note: "digest"))
        }
        #expect(survey.conclusions().count == (folders < 3 ? 0 : 1))
    }

    @Test func findsNotesThatDifferInEachFolder() {
        var survey = ScanSurvey(baseline: nil)
        for number in 0..<5 { _ = survey.add(file("\(number)/HOW.txt", note: "\(number)")) }
        let place = ScannedPlace(root: 0, path: "0/HOW.txt")
        #expect(survey.conclusions() == [.note(place, folderCount: 5)])
    }

    @Test(
        "finds one new suffix on files that are not what they were",
        arguments: [
            (10, JudgementClass.uniform, true), (9, .uniform, false), (10, .recognised, false),
        ])
    func surge(count: Int, judgementClass: JudgementClass, isFound: Bool) {
        var survey = ScanSurvey(baseline: nil)
        for number in 0..<count { _ = survey.add(file("\(number).docx.abc", judgementClass)) }
        #expect(survey.conclusions().count == (isFound ? 1 : 0))
    }

    @Test(
        "knows suffixes that were added",
        arguments: [
            ("report.docx.abc", "abc"), ("report.DOCX.Locked", "locked"), ("report.docx", nil),
            ("a.tar.gz", nil), ("report.abc", nil), ("a.v2.abc", nil), (".docx.abc", nil),
            ("a", nil),
            ("a.pdf.gpg", nil), ("a.docx.", nil),
        ] as [(String, String?)])
    func suffix(name: String, added: String?) {
        #expect(AddedSuffix(BytePath(name))?.added == added)
    }
}
