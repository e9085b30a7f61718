internal import Linux
internal import Messages
internal import Sealing

/// Where the output of each source goes: beside it, into a folder, or to the one name given.
struct Outputs: Sendable {
    private enum Place: Sendable { case beside, folder(BytePath), name(BytePath), standardOutput }

    private let place: Place

    /// Reads the option `-o`; several sources need a folder.
    init(_ option: String?, sourceCount: Int) throws(Failure) {
        guard let option else {
            place = .beside
            return
        }
        let path = BytePath(argument: option)
        let isFolder = sourceCount > 1 || path.bytes.last == UInt8(ascii: "/")
        if option == "-" {
            if sourceCount > 1 { throw .severalToOne }
            place = .standardOutput
        } else if isFolder {
            guard let status = try? FileStatus.following(path), status.kind == .directory else {
                throw Failure(
                    ExitCodes.cannotCreate,
                    text("\(path) is not a folder", "\(path) はフォルダーではありません"),
                    text(
                        "several files go into a folder; make it first",
                        "複数のファイルはフォルダーに出力します。先に作成してください"))
            }
            place = .folder(path)
        } else {
            place = .name(path)
        }
    }

    /// Where a source's output goes that is called `name` when it lies beside the source; nil where
    /// there is no such name.
    func destination(beside name: BytePath?) throws(Failure) -> Destination {
        switch place {
        case .standardOutput: return .standardOutput
        case .name(let path): return .path(path)
        case .beside:
            guard let name else { return .standardOutput }
            return .path(name)
        case .folder(let folder):
            guard let name else { throw .nameless }
            return .path(folder.appending(name.lastComponent))
        }
    }
}

extension Failure {
    /// Several sources and one place that takes one.
    static let severalToOne = Failure(
        ExitCodes.usage,
        text("several files can't go to one output", "複数のファイルを一つの出力にはできません"),
        text("name a folder with -o, or no output", "-o でフォルダーを指定するか、出力を指定しないでください"))

    /// Plaintext would appear on a terminal though nobody asked for that.
    static let unaskedTerminal = Failure(
        ExitCodes.usage,
        text("plaintext is not shown on a terminal unasked", "指定なしに平文を端末に表示しません"),
        text(
            "name a file with -o, or say -o - to read it here",
            "-o でファイルを指定するか、ここで読む場合は -o - を指定してください"))

    /// A source from whose name no name of an output follows.
    static let nameless = Failure(
        ExitCodes.usage,
        text("the output's name does not follow from the source's", "出力の名前を決められません"),
        text("name the output with -o", "-o で出力を指定してください"))
}
