public import Control
public import Linux
internal import Messages

/// What could not be taken, and why.
public enum EvidenceLack: Error, Equatable, Sendable {
    /// The folder can't be made.
    case noFolder(BytePath, Errno)
    /// The file system would have less free than the policy's floor.
    case floor
    /// All evidence together would take more than the policy's budget.
    case budget
    /// The time was over first.
    case time
    /// A process has more memory than the policy lets an incident have.
    case memoryLimit(pid: Int32, leftOutByteCount: UInt64)
    /// A process ended meanwhile.
    case gone(pid: Int32)
    /// Something of a process can't be read.
    case unreadable(pid: Int32, what: String, Errno)
    /// A file can't be written.
    case write(String, Errno)
    /// A dump stays as it is.
    case notCompressed(String)
    /// Evidence of other incidents was being taken.
    case busy
}

extension EvidenceLack {
    /// For incident and manifest.
    public var report: Degradation { Degradation(code: code, text: text) }

    private var code: String {
        switch self {
        case .noFolder, .write: "evidence-not-written"
        case .floor: "evidence-disk-floor"
        case .budget: "evidence-budget"
        case .time: "evidence-time"
        case .memoryLimit: "evidence-memory-limit"
        case .gone: "evidence-process-gone"
        case .unreadable: "evidence-unreadable"
        case .notCompressed: "evidence-not-compressed"
        case .busy: "evidence-busy"
        }
    }

    private var text: Message {
        switch self {
        case .noFolder(let path, let error):
            Message(
                en: "no evidence: \(path) can't be used: \(error)",
                ja: "証拠を保全できません: \(path) を使えません: \(error)")
        case .floor:
            Message(
                en: "evidence is incomplete: the disk's free space is at the policy's disk-floor",
                ja: "証拠は不完全です: ディスクの空きがポリシーの disk-floor に達しました")
        case .budget:
            Message(
                en: "evidence is incomplete: its budget is used up; move old evidence away",
                ja: "証拠は不完全です: 証拠全体がポリシーの budget に達しました。古い証拠を移動してください")
        case .time:
            Message(
                en: "evidence is incomplete: the policy's time was over",
                ja: "証拠は不完全です: ポリシーの時間を使い切りました")
        case .memoryLimit(let pid, let count):
            Message(
                en: "\(count >> 20) MiB of the memory of process \(pid) are beyond the limit",
                ja: "プロセス \(pid) のメモリーのうち \(count >> 20) MiB はポリシーの上限を超えています")
        case .gone(let pid):
            Message(
                en: "process \(pid) ended before all was read",
                ja: "プロセス \(pid) は読み終える前に終了しました")
        case .unreadable(let pid, let what, let error):
            Message(
                en: "\(what) of process \(pid) can't be read: \(error)",
                ja: "プロセス \(pid) の \(what) を読めません: \(error)")
        case .write(let name, let error):
            Message(
                en: "evidence is incomplete: \(name) can't be written: \(error)",
                ja: "証拠は不完全です: \(name) に書き込めません: \(error)")
        case .notCompressed(let name):
            Message(
                en: "\(name) stays uncompressed", ja: "\(name) は圧縮されていません")
        case .busy:
            Message(
                en: "no evidence: that of other incidents was being taken",
                ja: "証拠を保全できません: 他のインシデントの証拠を保全中でした")
        }
    }
}
