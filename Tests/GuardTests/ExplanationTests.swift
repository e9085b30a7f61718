import Foundation
import Linux
import Testing

@Suite(
    "What an incident is decided by", .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct ExplanationTests {
    /// An attack by a script that has evidence of one kind, and how many files it may cost.
    struct Attack: CustomTestStringConvertible, Sendable {
        var evidence: String
        var reason: String
        var script: String
        var limit: Int
        var testDescription: String { evidence }
    }

    /// The pauses leave the guard time to look; without any, the disk alone sets the pace.
    static let attacks = [
        Attack(
            evidence: "uniform-overwrite", reason: "uniform-overwrites",
            script: """
                ready()
                import time
                for path in files:
                    with open(path, 'r+b') as file:
                        file.write(os.urandom(os.path.getsize(path)))
                    time.sleep(0.02)
                """, limit: 20),
        Attack(
            evidence: "uniform-replacement", reason: "uniform-replacements",
            script: """
                ready()
                import time
                for path in files:
                    with open(path + '.k', 'wb') as file:
                        file.write(os.urandom(20000))
                    os.remove(path)
                    time.sleep(0.02)
                """, limit: 20),
        Attack(
            evidence: "new-suffix", reason: "uniform-overwrites",
            script: """
                ready()
                import time
                for path in files:
                    with open(path, 'r+b') as file:
                        file.write(os.urandom(os.path.getsize(path)))
                    os.rename(path, path + '.kx7q')
                    time.sleep(0.02)
                """, limit: 20),
        // A new container each, by a tool; the original of its name goes.
        Attack(
            evidence: "container-replacement", reason: "encrypted-containers",
            script: """
                ready()
                import subprocess
                for path in files:
                    subprocess.run(['openssl', 'enc', '-aes-256-cbc', '-pbkdf2', '-iter', '1',
                        '-k', 'x', '-in', path, '-out', path + '.enc'], check=True)
                    os.remove(path)
                """, limit: 30),
    ]

    @Test("each act is told with its weight, and the sum reaches the threshold", arguments: attacks)
    func acts(_ attack: Attack) throws {
        let range = try GuardedRange(files: 60)
        try range.startGuard(mode: "kill", canaries: false)
        let process = try ScriptedProcess(attack.script, files: range.files)
        #expect(try process.waitUntilReady() == "ready\n")
        process.go()
        #expect(try process.wasKilled())
        try range.waitForIncident { $0["state"] as? String == "killed" }
        let incident = try #require(try range.incidents().first)
        #expect(incident["reason"] as? String == attack.reason)
        let files = incident["files"] as? [[String: Any]] ?? []
        let told = files.filter { $0["evidence"] as? String == attack.evidence }
        #expect(!told.isEmpty, "\(files)")
        for file in told {
            #expect(file["weight"] as? Double ?? 0 > 0)
            let path = (file["path"] as? [String: Any])?["path"] as? String ?? ""
            #expect(path.hasPrefix(range.files + "/"), "\(path)")
        }
        let score = try #require(incident["score"] as? Double)
        let threshold = try #require(incident["threshold"] as? Double)
        #expect(score >= threshold)
        let sum = files.reduce(0) { $0 + ($1["weight"] as? Double ?? 0) }
        #expect(abs(sum - score) < 0.01, "nothing honest was done in between")
        let decided = try #require(incident["decisionMicroseconds"] as? Int)
        #expect(decided <= incident["stoppedMicroseconds"] as? Int ?? -1)
        #expect(try range.lost() <= attack.limit)
    }

    @Test("nine honest rewrites for each victim hide nobody, and are in the sum")
    func cover() throws {
        let range = try GuardedRange(files: 60)
        try range.startGuard(mode: "kill", canaries: false)
        let attack = try ScriptedProcess(
            """
            covers = files[-9:]
            ready()
            import time
            for path in files[:-9]:
                with open(path, 'r+b') as file:
                    file.write(os.urandom(os.path.getsize(path)))
                for cover in covers:
                    with open(cover, 'w') as file:
                        file.write(f'minutes of the meeting about {path}\\n' * 200)
                time.sleep(0.02)
            """, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        attack.go()
        #expect(try attack.wasKilled())
        try range.waitForIncident { $0["state"] as? String == "killed" }
        let incident = try #require(try range.incidents().first)
        let files = incident["files"] as? [[String: Any]] ?? []
        let sum = files.reduce(0) { $0 + ($1["weight"] as? Double ?? 0) }
        #expect(try #require(incident["score"] as? Double) < sum)
        // The covers are lost as well.
        #expect(try range.lost() <= 25)
    }

    @Test("what was written is told with its entropy and both types")
    func contents() throws {
        let range = try GuardedRange(files: 60)
        try range.startGuard(mode: "kill", canaries: false)
        _ = try range.attack(["--speed", "100"])
        try range.waitForIncident { $0["state"] as? String == "killed" }
        let incident = try #require(try range.incidents().first)
        let files = incident["files"] as? [[String: Any]] ?? []
        #expect(files.count >= 5)
        for file in files {
            #expect(
                file["class"] as? String == "uniform" || file["class"] as? String == "partlyUniform"
            )
            #expect(file["type"] as? String == "none")
            #expect(file["typeBefore"] is String, "\(file)")
            #expect(file["entropy"] as? Double ?? 0 > 5)
        }
    }

    @Test("a person reads it in his language, a program as JSON")
    func show() throws {
        let range = try GuardedRange(files: 60)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]))
        _ = try range.attack(["--speed", "100"])
        try range.waitForIncident { $0["state"] as? String == "killed" }
        let incident = try #require(try range.incidents().first)
        let id = try #require(incident["id"] as? String)
        let english = try running.ask(["incidents", "show", id, "--lang", "en"])
        #expect(english.status == 0)
        #expect(english.output.contains("+4.39  \(range.files)/"))
        #expect(english.output.contains("random content over an older file"))
        #expect(english.output.contains(" bits per byte"))
        #expect(english.output.contains("an attack from 23.03 on"))
        let japanese = try running.ask(["incidents", "show", id, "--lang", "ja"])
        #expect(japanese.output.contains("古いファイルを乱数状の内容で上書き"))
        let json = try running.ask(["incidents", "show", id, "--json"]).output
        let shown = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect(shown?["id"] as? String == id)
        let missing = try running.ask(["incidents", "show", "no-such", "--lang", "en"])
        #expect(missing.status == 1 && missing.output.contains("no-such"))
        // Without a verb it lists, as before.
        #expect(try running.ask(["incidents", "--limit", "1"]).output.hasPrefix(id))
    }

    @Test("one text like a note in many folders leaves fewer files to be lost")
    func notes() throws {
        let range = try GuardedRange(files: 60)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]))
        let attack = try ScriptedProcess(
            """
            note = 'All your files have been encrypted. To decrypt them, pay 0.5 bitcoin. ' \\
                'Download Tor Browser and write to us. Do not rename encrypted files.\\n' * 3
            for number in range(9):
                os.mkdir(f'{sys.argv[1]}/ward{number}')
                with open(f'{sys.argv[1]}/ward{number}/README.txt', 'w') as file:
                    file.write(note)
            ready()
            import time
            for path in files:
                with open(path, 'r+b') as file:
                    file.write(os.urandom(os.path.getsize(path)))
                time.sleep(0.1)
            """, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        while try running.status()["filesInspected"] as? Int ?? 0 < 9 {
            Clock.sleep(nanoseconds: 20_000_000)
        }
        attack.go()
        #expect(try attack.wasKilled())
        running.end()
        let incident = try #require(try range.incidents().first)
        let files = incident["files"] as? [[String: Any]] ?? []
        let notes = files.filter { $0["evidence"] as? String == "note-fan-out" }
        #expect(notes.count == 5)
        #expect(notes.allSatisfy { $0["class"] as? String == "note" })
    }
}
