import Evidence
import Foundation
import Linux
import Testing

private let isRoot = ProcessHandle.effectiveUser == 0

/// Evidence of real processes.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: isRoot, "needs root"))
struct TakerTests {
    @Test("memory of a process that stands still is in the dump, at its address")
    func memory() throws {
        let child = try HeldChild(
            script: """
                import ctypes
                kept = ctypes.create_string_buffer(b'-'.join([b'kanaria', b'evidence']) * 5000)
                print(ctypes.addressof(kept), flush=True)
                """)
        let address = try #require(UInt64(child.said))
        let outcome = try child.take(child.request())
        #expect(HeldChild.codes(outcome) == [], "\(outcome.manifest.lacks)")
        #expect(outcome.manifest.memoryByteCount > 80_000)
        let core = try child.dump()
        let count = Int(core[56]) | Int(core[57]) << 8
        let segments = (0..<count).map { index in
            [8, 16, 32].map { core.number(at: 64 + 56 * index + $0) }
        }
        let segment = try #require(
            segments.first { $0[1] <= address && address < $0[1] + $0[2] }, "\(segments.count)")
        let place = Int(segment[0] + address - segment[1])
        #expect(core[place...].starts(with: "kanaria-evidencekanaria-".utf8))
        // The manifest says what is inside.
        let file = try #require(outcome.manifest.files.first { $0.content != nil })
        #expect(file.content?.byteCount == UInt64(core.count))
        #expect(try EvidenceStore(child.root).verify("incident", digest: outcome.digest) == [])
    }

    @Test("other tools read the dump", .enabled(if: HeldChild.hasReadelf, "needs readelf"))
    func readelf() throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        _ = try child.take(child.request())
        let core = child.home + "/core"
        try Data(child.dump()).write(to: URL(filePath: core))
        let words = ["--wide", "--file-header", "-l", core]
        let output = try HeldChild.output("/usr/bin/readelf", words)
        #expect(output.contains("CORE (Core file)") && output.contains("LOAD"), "\(output)")
        #expect(!output.contains("Warning") && !output.contains("Error"), "\(output)")
    }

    @Test("tells what the process is, and names of its environment without a value")
    func facts() throws {
        let value = "v" + UUID().uuidString
        let child = try HeldChild(
            ["/bin/sleep", "1000"], environment: ["WARD_PASSWORD": value, "LANG": "C"])
        let outcome = try child.take(child.request())
        #expect(outcome.manifest.lacks == [])
        let facts = try child.facts()
        #expect(Set(facts["environmentNames"] as? [String] ?? []) == ["WARD_PASSWORD", "LANG"])
        #expect((facts["command"] as? [String])?.last == "1000")
        #expect((facts["executable"] as? [String: Any])?["path"] as? String != nil)
        let status = try #require(facts["status"] as? [String: String])
        #expect(status["Seccomp"] != nil && status["CapEff"] != nil && status["Uid"] != nil)
        #expect((facts["namespaces"] as? [String: String])?["net"]?.hasPrefix("net:[") == true)
        let files = try #require(facts["files"] as? [[String: Any]])
        #expect(files.contains { $0["number"] as? Int == 0 && $0["flags"] is String })
        // The value is in no file, the dump included.
        #expect(try child.dump().place(of: value) == nil)
        for file in outcome.manifest.files {
            let data = try Data(contentsOf: URL(filePath: child.folder + "/" + file.name))
            #expect(data.range(of: Data(value.utf8)) == nil, "\(file.name)")
        }
        let copy = try #require(facts["executableCopy"] as? String)
        let original = try #require(ProcessTable.executable(child.pid)).description
        let path = child.folder + "/" + copy
        #expect(FileManager.default.contentsEqual(atPath: original, andPath: path))
    }

    @Test("only root may read it")
    func permissions() throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        let outcome = try child.take(child.request())
        for path in [child.home + "/evidence", child.folder] {
            #expect(try FileStatus.of(BytePath(path)).permissions == 0o700)
        }
        for name in outcome.manifest.files.map(\.name) + ["manifest.json"] {
            let status = try FileStatus.of(BytePath(child.folder + "/" + name))
            #expect(status.permissions == 0o600, "\(name)")
        }
    }

    @Test("a process of 512 MiB is copied whole")
    func large() throws {
        let child = try HeldChild(
            script: """
                import mmap
                pages = mmap.mmap(-1, 512 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                for place in range(0, len(pages), 4096):
                    pages[place:place + 8] = place.to_bytes(8, 'little')
                print('ready', flush=True)
                """)
        let outcome = try child.take(child.request())
        #expect(HeldChild.codes(outcome) == [], "\(outcome.manifest.lacks)")
        #expect(outcome.manifest.memoryByteCount >= 512 << 20)
        // Not more than it has: pages that were never touched cost nothing.
        #expect(outcome.manifest.memoryByteCount < 600 << 20)
    }

    @Test("memory that was only reserved is not read")
    func reserved() throws {
        let child = try HeldChild(
            script: """
                import mmap
                pages = mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                pages[0:4] = b'used'
                print('ready', flush=True)
                """)
        let outcome = try child.take(child.request())
        #expect(HeldChild.codes(outcome) == [])
        #expect(outcome.manifest.memoryByteCount < 64 << 20)
    }

    @Test("a limit on memory holds, and what is left out is told")
    func limit() throws {
        let child = try HeldChild(
            script: "kept = bytearray(b'x' * (32 << 20)); print('ready', flush=True)")
        let outcome = try child.take(child.request(memory: 8 << 20))
        #expect(HeldChild.codes(outcome) == ["evidence-memory-limit"])
        #expect(outcome.manifest.memoryByteCount == 8 << 20)
        let none = try child.take(child.named("other", child.request(memory: 0)))
        #expect(none.manifest.memoryByteCount == 0 && HeldChild.codes(none) == [])
    }

    @Test("when the time is over, what is there is kept and the rest is told")
    func time() throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        let outcome = try child.take(child.request(seconds: 0))
        #expect(HeldChild.codes(outcome) == ["evidence-time"])
        #expect(outcome.digest != nil && outcome.manifest.memoryByteCount == 0)
    }

    @Test("a process that is gone is told")
    func gone() throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        let request = try child.request()
        var taker = try EvidenceTaker(request)
        child.end()
        taker.takeProcesses()
        let outcome = taker.finish(events: [], heldMicroseconds: nil, compresses: { true })
        #expect(HeldChild.codes(outcome) == ["evidence-process-gone"])
        #expect(outcome.digest != nil)
    }

    @Test("a number that was given to another process gives nothing of that one")
    func reused() throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        var request = try child.request()
        request.subjects[0].startTicks -= 1
        let outcome = try child.take(request)
        #expect(HeldChild.codes(outcome) == ["evidence-process-gone"])
        #expect(!outcome.manifest.files.contains { $0.name.hasPrefix("\(child.pid)") })
    }

    @Test("a second folder of the same name is refused, and nothing is overwritten")
    func twice() throws {
        let child = try HeldChild(["/bin/sleep", "1000"])
        let request = try child.request()
        let first = try child.take(request)
        #expect(throws: EvidenceLack.noFolder(child.root, .fileExists)) {
            _ = try child.take(request)
        }
        #expect(try EvidenceStore(child.root).verify("incident", digest: first.digest) == [])
    }
}

extension HeldChild {
    static let hasReadelf = FileManager.default.isExecutableFile(atPath: "/usr/bin/readelf")

    static func output(_ path: String, _ words: [String]) throws -> String {
        let process = Foundation.Process()
        process.executableURL = URL(filePath: path)
        process.arguments = words
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    func named(_ incident: String, _ request: EvidenceRequest) -> EvidenceRequest {
        var request = request
        request.incident = incident
        return request
    }
}
