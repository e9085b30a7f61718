import Compression
import Control
import Evidence
import Foundation
import Linux
import Testing

/// A child that stands still, and a folder for evidence of it; both go at the end.
final class HeldChild {
    let process = Foundation.Process()
    private let input = Pipe()
    let home: String
    /// What it said when it was ready.
    private(set) var said = ""

    var pid: Int32 { process.processIdentifier }
    var root: BytePath { BytePath(home + "/evidence") }
    var folder: String { home + "/evidence/incident" }

    init(
        _ words: [String], environment: [String: String] = [:], home: String? = nil
    ) throws {
        self.home = home ?? "/var/tmp/kanaria-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: self.home, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        if !environment.isEmpty { process.environment = environment }
        let output = Pipe()
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        if words[0].hasSuffix("python3") {
            said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        kill(pid, SIGSTOP)
        while ProcessTable.status(pid)?.state != UInt8(ascii: "T") {
            Clock.sleep(nanoseconds: 100_000)
        }
    }

    /// A child in Python; the script ends with a wait for its end.
    convenience init(script: String, home: String? = nil) throws {
        try self.init(
            ["/usr/bin/python3", "-c", "import sys\n" + script + "\nsys.stdin.read()"], home: home)
    }

    deinit {
        end()
        try? FileManager.default.removeItem(atPath: home)
    }

    func end() {
        kill(pid, SIGKILL)
        process.waitUntilExit()
    }

    func request(
        memory: UInt64 = 1 << 30, floor: UInt64 = 0, budget: UInt64 = 1 << 40,
        seconds: UInt64 = 60
    ) throws -> EvidenceRequest {
        let start = try #require(ProcessTable.status(pid)).startTicks
        return EvidenceRequest(
            incident: "incident", root: root,
            subjects: [EvidenceSubject(pid: pid, startTicks: start)],
            limits: EvidenceLimits(
                memoryByteCount: memory, floorByteCount: floor, budgetByteCount: budget),
            deadline: Clock.monotonicNanoseconds + seconds * 1_000_000_000)
    }

    /// Takes everything.
    func take(_ request: EvidenceRequest) throws -> EvidenceTaker.Outcome {
        var taker = try EvidenceTaker(request)
        taker.takeProcesses()
        return taker.finish(events: [], heldMicroseconds: nil, compresses: { true })
    }

    /// What the process's facts say.
    func facts() throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: folder + "/\(pid)-process.json"))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The memory dump, decompressed.
    func dump() throws -> [UInt8] {
        let path = BytePath(folder + "/\(pid)-memory.core.zst")
        let bytes = try FileDescriptor.open(path).readToEnd(limit: 1 << 30)
        guard var decoder = Decoder(.zstandard) else { throw Errno.outOfMemory }
        var (all, place) = ([UInt8](), 0)
        var room = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let step: DecodingStep
            do {
                var span = room.mutableSpan
                step = decoder.decode(
                    bytes.span.extracting(place..<bytes.count), into: &span, atMost: 1 << 20)
            }
            all += room[..<step.producedByteCount]
            place += step.consumedByteCount
            if step.state == .finished { return all }
            try #require(step.state == .goesOn)
            try #require(step.consumedByteCount + step.producedByteCount > 0)
        }
    }

    static func codes(_ outcome: EvidenceTaker.Outcome) -> [String] {
        outcome.manifest.lacks.map(\.code)
    }
}

extension [UInt8] {
    /// Where these bytes begin; nil where they are nowhere.
    func place(of wanted: String) -> Int? {
        Data(self).range(of: Data(wanted.utf8))?.lowerBound
    }

    func number(at place: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(self[place + $1]) << (8 * UInt64($1)) }
    }
}
