internal import Linux
internal import Messages
internal import Scanning

extension Failure {
    /// The words for a scan that could not begin.
    init(_ error: ScanError) {
        switch error {
        case .unreadable(let path, let errno): self = .unreadable(path, errno)
        case .special(let path):
            self.init(
                ExitCodes.noInput,
                text(
                    "\(path) is neither a file nor a folder", "\(path) はファイルでもフォルダーでもありません"))
        case .system(let errno):
            self.init(
                ExitCodes.software,
                text("threads can't be set up: \(errno)", "スレッドを準備できません: \(errno.ja)"))
        }
    }

    /// The words for the record of a scan.
    init(_ error: ScanRecordError) {
        switch error {
        case .unreadable(let path, let errno): self = .unreadable(path, errno)
        case .malformed(let path, let line):
            self.init(
                ExitCodes.damaged,
                text(
                    "\(path), line \(line) is not of a record of a scan",
                    "\(path) の \(line) 行目は走査の記録ではありません"))
        case .unfinished(let path):
            self.init(
                ExitCodes.damaged,
                text("the scan that wrote \(path) was ended early", "\(path) を書いた走査は途中で終わっています"),
                text("finish it with --resume", "--resume で続きを実行してください"))
        case .otherPlaces(let path):
            self.init(
                ExitCodes.usage,
                text("\(path) is a record of other places", "\(path) は別の場所の記録です"),
                text(
                    "name as many places as were scanned, in the same order",
                    "走査した場所を同じ数、同じ順序で指定してください"))
        case .taken(let path):
            self.init(
                ExitCodes.cannotCreate, text("\(path) exists already", "\(path) は既に存在します"),
                text("name another record", "別の名前を指定してください"))
        case .interrupted(let path):
            self.init(
                ExitCodes.cannotCreate,
                text(
                    "\(path) was left by a scan that was ended early",
                    "\(path) は途中で終わった走査の記録です"),
                text(
                    "go on with --resume, or remove it", "--resume で続けるか、削除してください"))
        case .busy(let path):
            self.init(
                ExitCodes.cannotCreate,
                text("another scan is writing \(path)", "別の走査が \(path) に書き込んでいます"))
        case .insideTree(let path):
            self.init(
                ExitCodes.usage,
                text(
                    "\(path) would lie in what is scanned, where nothing is written",
                    "\(path) は走査対象の中です。走査対象には何も書き込みません"),
                text("put the record elsewhere", "記録は別の場所に置いてください"))
        case .unwritable(let path, let errno): self = .unwritable(path, errno)
        }
    }
}
