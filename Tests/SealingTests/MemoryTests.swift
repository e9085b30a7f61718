import Age
import Foundation
import Testing

@Suite("Memory")
struct MemoryTests {
    /// Peak resident KiB of a command, by `wait4`.
    private func peak(_ place: Workplace, _ command: String) throws -> Int {
        let script = """
            import os, sys
            child = os.posix_spawn("/bin/bash", ["bash", "-c", sys.argv[1]], os.environ)
            _, status, usage = os.wait4(child, 0)
            sys.exit(status) if status else print(usage.ru_maxrss)
            """
        try place.write("peak.py", Array(script.utf8))
        let ending = try place.shell("python3 peak.py \"exec \(command)\"")
        return try #require(Int(ending.output.dropLast()), "\(ending.error)")
    }

    @Test(
        "Sealing and opening take no more memory for more bytes", .timeLimit(.minutes(5)),
        arguments: ["FILE -o OUT", "-o OUT < FILE", "-a -o OUT FILE"])
    func constant(_ form: String) throws {
        let place = try Workplace()
        let identity = try X25519Identity.generate()
        try place.write("id", Array((identity.secretText() + "\n").utf8))
        _ = try place.shell("truncate -s 1M small; truncate -s 96M large")
        func call(_ verb: String, _ file: String, _ out: String) -> String {
            "$kanaria \(verb) "
                + form.replacingOccurrences(of: "FILE", with: file)
                .replacingOccurrences(of: "OUT", with: out)
                .replacingOccurrences(of: "-a ", with: verb.hasPrefix("unlock") ? "" : "-a ")
        }
        let seal = "protect -r \(identity.recipient.text)"
        let sealing = try ["small", "large"].map { try peak(place, call(seal, $0, $0 + ".age")) }
        let opening = try ["small", "large"].map {
            try peak(place, call("unlock -i id", $0 + ".age", $0 + ".out"))
        }
        // Several segments of 1 MiB are under way with the large file alone.
        #expect(sealing[1] - sealing[0] < 8 << 10, "\(sealing)")
        #expect(opening[1] - opening[0] < 8 << 10, "\(opening)")
    }
}
