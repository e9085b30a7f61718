internal import Alerts
internal import Linux
internal import YAML

/// An alert as the guard left it.
struct Alert: Equatable {
    /// What a receiver knows it by.
    let id: String
    /// One JSON object on one line, sent as it is.
    let body: [UInt8]
    private let members: [Member]

    private struct Member: Equatable {
        let name: String
        let text: String
    }

    /// Takes a file's content, whatever it is: what can't be read is sent all the same.
    init(id: String, body: [UInt8]) {
        (self.id, self.body) = (id, body)
        // What the guard writes is YAML as well, but for rare characters that YAML does not take.
        guard case .mapping(let pairs)? = (try? YAMLNode.document(in: body))?.value else {
            members = []
            return
        }
        members = pairs.compactMap { key, value in
            guard case .scalar(let name, _) = key.value, let text = value.plain else { return nil }
            return Member(name: name, text: text)
        }
    }

    /// The text of a member; nil where there is none.
    subscript(name: String) -> String? { members.first { $0.name == name }?.text }

    /// Names and texts of those that are not told otherwise.
    func rest(besides told: Set<String>) -> [(name: String, text: String)] {
        members.filter { !told.contains($0.name) }.map { ($0.name, $0.text) }
    }

    /// What a receiver gets to see that everything is set up.
    static func test(at time: WallNanoseconds) -> Alert {
        let id = "test-\(time)"
        let text =
            "{\"event.id\":\"\(id)\",\"@timestamp\":\"\(Clock.timestamp(time))\","
            + "\"host.name\":\"\(Machine.name)\",\"event.action\":\"notification-test\","
            + "\"kanaria.title.en\":\"a test, nothing has happened\","
            + "\"kanaria.title.ja\":\"通知のテストです。異常はありません\","
            + "\"log.level\":\"info\",\"message\":\"kanaria-notifier reaches you\"}"
        return Alert(id: id, body: Array(text.utf8))
    }
}

/// This machine.
enum Machine {
    /// Its name, of the characters that host names have.
    static let name: String = {
        let text = ProcessTable.contents("/proc/sys/kernel/hostname", limit: 256) ?? []
        let name = String(decoding: text, as: UTF8.self).filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".")
        }
        return name.isEmpty ? "localhost" : name
    }()
}

extension YAMLNode {
    fileprivate var plain: String? {
        switch value {
        case .scalar(let text, _): text
        case .sequence(let items): items.compactMap(\.plain).joined(separator: ", ")
        case .mapping, .alias: nil
        }
    }
}
