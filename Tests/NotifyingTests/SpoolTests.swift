import Alerts
import Foundation
import Linux
import Testing

@Suite("The folder in which alerts wait")
struct SpoolTests {
    private let home = NSTemporaryDirectory() + "spool-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    }

    private func withSpool(_ body: (borrowing AlertSpool) throws -> Void) throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(try AlertSpool(BytePath(home)))
    }

    private func refusal(
        _ spool: borrowing AlertSpool, _ name: AlertName, _ text: [UInt8]
    ) -> Errno? {
        do throws(Errno) {
            _ = try spool.add(name, text)
            return nil
        } catch {
            return error
        }
    }

    private func fill(incidents: Int, others: Int) throws {
        for number in 0..<incidents + others {
            let name = AlertName(isIncident: number < incidents, time: Int64(number))
            try Data().write(to: URL(filePath: home + "/" + name.file.description))
        }
    }

    @Test("gives alerts out whole, incidents first, the older ones first")
    func order() throws {
        try withSpool { spool in
            let names = [(false, 3), (true, 9), (false, 1), (true, 8)].map {
                AlertName(isIncident: $0.0, time: Int64($0.1))
            }
            for name in names { #expect(try spool.add(name, Array(name.id.utf8)) == 0) }
            try Data().write(to: URL(filePath: home + "/event-1-zzzzzzzz.json"))
            #expect(try spool.waiting() == [names[3], names[1], names[2], names[0]])
            let file = home + "/" + names[0].file.description
            #expect(try String(contentsOfFile: file, encoding: .utf8) == names[0].id)
            #expect(try FileStatus.of(BytePath(file)).permissions == 0o640)
        }
    }

    @Test("lets the oldest go that is no incident, and never an incident")
    func room() throws {
        try withSpool { spool in
            try fill(incidents: 998, others: 2)
            let incident = AlertName(isIncident: true, time: 5000)
            #expect(try spool.add(incident, []) == 1)
            let other = AlertName(isIncident: false, time: 5001)
            #expect(try spool.add(other, []) == 1)
            let left = try spool.waiting()
            #expect(left.count == 1000 && left.count { $0.isIncident } == 999)
            #expect(left.contains(incident) && left.last == other)
            #expect(try spool.add(AlertName(isIncident: true, time: 5002), []) == 1)
            // Only incidents are left: nothing goes for anything.
            for isIncident in [true, false] {
                #expect(
                    refusal(spool, AlertName(isIncident: isIncident, time: 6000), []) == .noSpace)
            }
            #expect(try spool.waiting().count == 1000)
        }
    }

    @Test("takes none that is too long")
    func long() throws {
        try withSpool { spool in
            let text = [UInt8](repeating: 0x20, count: AlertSpool.byteCountLimit + 1)
            #expect(refusal(spool, AlertName(isIncident: true, time: 1), text) == .fileTooLarge)
            let waiting = try spool.waiting()
            #expect(waiting.isEmpty)
        }
    }

    @Test(
        "knows the names of alerts from others",
        arguments: [
            "incident-1-0123456.json", "incident-1-012345678.json", "incident--01234567.json",
            "other-1-01234567.json", "incident-01-01234567.json", "incident-1-01234567.json ",
            "../incident-1-01234567.json", "incident-1-01234567.state", "",
        ])
    func names(name: String) {
        #expect(AlertName(BytePath(name)) == nil)
        #expect(AlertName("incident-1-0a234567.json")?.isIncident == true)
    }
}
