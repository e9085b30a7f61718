import Foundation
import Linux
import Testing

@Suite(
    "Attacks that no event tells of", .serialized,
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct OverflowTests {
    /// More changes than `max_queued_events` holds.
    private static func flood(_ folder: String, of sensor: String = "fanotify") throws {
        let text = try String(
            contentsOfFile: "/proc/sys/fs/\(sensor)/max_queued_events", encoding: .utf8)
        let limit = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        for index in 0...limit {
            _ = try FileDescriptor.open(BytePath("\(folder)/\(index)"), [.writeOnly, .create])
        }
    }

    private static let unseen = "changed-unseen"

    /// Encrypts some of the files in place and ends.
    private static func encrypt(_ files: String, _ part: String = "[:]") throws {
        let attack = try ScriptedProcess(
            """
            for path in files\(part):
                with open(path, 'r+b') as file: file.write(os.urandom(os.path.getsize(path)))
            """, files: files)
        #expect(try !attack.wasKilled())
    }

    @Test(
        "an attack that ended in the flood is found", .timeLimit(.minutes(2)),
        arguments: ["fanotify", "inotify"])
    func endedInFlood(sensor: String) throws {
        let range = try GuardedRange(files: 100)
        // There before the guard, so that inotify watches it.
        let flood = range.files + "/flood"
        try FileManager.default.createDirectory(atPath: flood, withIntermediateDirectories: true)
        try range.startGuard(
            mode: "kill", canaries: false, extra: sensor == "inotify" ? "sensor: inotify" : "")
        range.signalGuard(SIGSTOP)
        try Self.flood(flood, of: sensor)
        try Self.encrypt(range.files)
        range.signalGuard(SIGCONT)
        try range.waitForIncident { $0["reason"] as? String == Self.unseen }
        range.stopGuard()
        let incident = try #require(
            try range.incidents().first { $0["reason"] as? String == Self.unseen })
        #expect(incident["state"] as? String == "observed")
        #expect((incident["files"] as? [Any])?.count ?? 0 >= 60)
        let journal = try String(
            contentsOfFile: range.home + "/state/journal/journal-00000001.jsonl", encoding: .utf8)
        #expect(journal.contains("\"event.action\":\"events-lost\""))
        #expect(journal.contains("\"event.action\":\"rescanned\""))
    }

    @Test(
        "what a reload finds unclaimed is told together with what follows", .timeLimit(.minutes(2)))
    func keptByReload() throws {
        let range = try GuardedRange(files: 100)
        let policy = { mode in
            RunningGuard.policy(home: range.home, watch: [range.files], mode: mode)
        }
        let running = try RunningGuard(home: range.home, policy: policy("observe"))
        for (round, part) in ["[0:4]", "[4:8]"].enumerated() {
            running.signal(SIGSTOP)
            let flood = range.home + "/flood-\(round)"
            try FileManager.default.createDirectory(
                atPath: flood, withIntermediateDirectories: true)
            try Self.flood(flood)
            try Self.encrypt(range.files, part)
            running.signal(SIGCONT)
            while try running.status()["rescans"] as? Int != round + 1 {}
            if round > 0 { break }
            #expect(try range.incidents().isEmpty)
            try running.write(policy("kill"))
            #expect(try running.ask(["reload"]).status == 0)
        }
        try range.waitForIncident { $0["reason"] as? String == Self.unseen }
        let incident = try #require(try range.incidents().first)
        #expect((incident["files"] as? [Any])?.count == 8)
    }

    @Test(
        "an attacker that still holds what it wrote in the flood is stopped",
        .timeLimit(.minutes(2)))
    func holdsFiles() throws {
        let range = try GuardedRange(files: 100)
        try range.startGuard(mode: "kill", canaries: false)
        range.signalGuard(SIGSTOP)
        try Self.flood(range.home)
        let attack = try ScriptedProcess(
            """
            held = [open(path, 'r+b') for path in files[:20]]
            for file in held:
                size = os.fstat(file.fileno()).st_size
                file.write(os.urandom(size))
                file.flush()
            ready()
            """, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        range.signalGuard(SIGCONT)
        #expect(try attack.wasKilled())
        range.stopGuard()
        #expect(try range.incidents().contains { $0["state"] as? String == "killed" })
        #expect(try range.lost() <= 20)
    }

    @Test("an attacker that goes on after the flood is stopped", .timeLimit(.minutes(2)))
    func goesOn() throws {
        let range = try GuardedRange(files: 200)
        try range.startGuard(mode: "kill", canaries: false)
        range.signalGuard(SIGSTOP)
        try Self.flood(range.home)
        let attack = try ScriptedProcess(
            """
            import time
            for number, path in enumerate(files):
                if number == 60: ready()
                if number > 60: time.sleep(0.1)
                with open(path, 'r+b') as file: file.write(os.urandom(os.path.getsize(path)))
            """, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        range.signalGuard(SIGCONT)
        attack.go()
        #expect(try attack.wasKilled())
        range.stopGuard()
        #expect(try range.incidents().contains { $0["state"] as? String == "killed" })
    }

    @Test("a canary damaged in the flood is told of", .timeLimit(.minutes(2)))
    func canary() throws {
        let range = try GuardedRange(files: 20)
        try range.startGuard(mode: "observe", canaries: true)
        range.signalGuard(SIGSTOP)
        try Self.flood(range.home)
        let list = try String(
            contentsOfFile: range.home + "/state/canaries/canaries.exclude", encoding: .utf8)
        let canary = try #require(list.split(separator: "\n").first { $0.hasPrefix("/") })
        try FileManager.default.removeItem(atPath: String(canary))
        range.signalGuard(SIGCONT)
        try range.waitForIncident { incident in
            let files = incident["files"] as? [[String: Any]] ?? []
            return files.contains { $0["class"] as? String == "canary" }
        }
    }

    @Test("stores through mappings whose files were closed are found", .timeLimit(.minutes(2)))
    func mappings() throws {
        let range = try GuardedRange(files: 150)
        try range.startGuard(mode: "kill", canaries: false)
        let store = """
            maps = []
            for path in files[first:first + 60]:
                with open(path, 'r+b') as file: maps.append(mmap.mmap(file.fileno(), 0))
            ready()
            for map in maps: map[:] = content(len(map))
            ready()
            """
        let honest = try ScriptedProcess(
            """
            first = 60
            def content(size): return (b'The ward has three beds. ' * (size // 25 + 1))[:size]

            """ + store, files: range.files)
        let attack = try ScriptedProcess(
            "first = 0\ncontent = os.urandom\n" + store, files: range.files)
        for process in [honest, attack] {
            #expect(try process.waitUntilReady() == "ready\n")
            process.go()
            #expect(try process.waitUntilReady() == "ready\n")
        }
        #expect(try attack.wasKilled())
        honest.go()
        #expect(try !honest.wasKilled())
        range.stopGuard()
        #expect(try range.incidents().count == 1)
    }
}
