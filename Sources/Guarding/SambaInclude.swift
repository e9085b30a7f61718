internal import Linux
internal import Synchronization

/// The file that Samba's configuration includes: whom Samba turns away, and who may only read.
///
/// Samba reads it for each new connection. Source: facts/fileserver.md §1.4, smb.conf(5), "include".
final class SambaInclude: Sendable {
    private struct Content {
        var path: BytePath?
        var denied: Set<String> = []
        var readers: Set<String> = []
        var known: SambaConfiguration?
    }

    private let content = Mutex(Content())

    /// Stands in the file, so that it can be told whether Samba reads it.
    ///
    /// Samba passes over parametric options that no module asks for. Source: smb.conf(5).
    static let marker = "kanaria:include"

    /// Where it is; nil where there is none.
    var path: BytePath? {
        get { content.withLock { $0.path } }
        set {
            content.withLock { content in
                if content.path != newValue { (content.path, content.known) = (newValue, nil) }
            }
        }
    }

    /// Samba's configuration as it was last seen to include the file; nil where it did not.
    var known: SambaConfiguration? {
        get { content.withLock { $0.known } }
        set { content.withLock { $0.known = newValue } }
    }

    /// Has Samba turn these away and nobody else; false where the file can't be written.
    func deny(_ addresses: [InternetAddress]) -> Bool {
        content.withLock { content in
            content.denied = Set(addresses.map(\.description))
            return Self.write(content)
        }
    }

    /// Has Samba let these users, and nobody else, only read; false where the file can't be written.
    func restrict(_ users: [SecurityIdentifier]) -> Bool {
        content.withLock { content in
            content.readers = Set(users.map(\.text))
            return Self.write(content)
        }
    }

    /// Whole or not at all, and not anew where it is as it should be: mostly there is nobody.
    private static func write(_ content: Content) -> Bool {
        guard let path = content.path else { return false }
        var text = "# Written by kanariad; changes are lost.\n\(marker) = yes\n"
        for (key, values) in [("hosts deny", content.denied), ("read list", content.readers)]
        where !values.isEmpty {
            text += "\(key) = \(values.sorted().joined(separator: " "))\n"
        }
        let bytes = Array(text.utf8)
        if ProcessTable.contents(path, limit: 1 << 20) == bytes { return true }
        return (try? BlockFile.replace(path, with: bytes, permissions: 0o644)) != nil
    }
}
