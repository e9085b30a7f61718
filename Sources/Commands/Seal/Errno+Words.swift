internal import Linux

extension Errno {
    /// The sentence for the number in Japanese; that of the C library for the less usual ones.
    var ja: String {
        switch self {
        case .noSuchFile: "ファイルまたはフォルダーがありません"
        case .fileExists: "既に存在します"
        case .permissionDenied, .notPermitted: "権限がありません"
        case .noSpace: "ディスクの空きがありません"
        case .quotaExceeded: "割り当て容量を超えました"
        case .readOnlyFileSystem: "読み取り専用のファイルシステムです"
        case .notDirectory: "途中にフォルダーでないものがあります"
        case .isDirectory: "フォルダーです"
        case .symbolicLink: "シンボリックリンクであるか、リンクが循環しています"
        case .nameTooLong: "名前が長すぎます"
        case .brokenPipe: "出力先が閉じられました"
        default: description
        }
    }
}
