import Foundation
import Linux
import Sensing
import Testing

/// One event as the expectations see it.
struct SeenEvent: CustomStringConvertible {
    var kind: String
    var pid: Int32
    var file: UInt64?
    var path: BytePath?

    var description: String { "\(kind) by \(pid) \(file ?? 0)" }

    init(_ event: borrowing FileEvent) {
        kind = Self.name(event.kind)
        (pid, path) = (event.pid, event.path)
        file = event.file.map(\.hash)
    }

    private static func name(_ kind: FileEvent.Kind) -> String {
        switch kind {
        case .closedAfterWriting: "closedAfterWriting"
        case .modified: "modified"
        case .opened: "opened"
        case .renamed: "renamed"
        case .deleted: "deleted"
        case .vanished: "vanished"
        case .attributes: "attributes"
        case .overflow: "overflow"
        }
    }
}

/// A scenario on one place, in a folder of its own.
final class ScenarioRun {
    private let scenario: Scenario
    private let folder: BytePath
    private let place: Place
    private var actor: ActorProcess
    /// The handles that each name has had.
    private var handles: [Words.Word: Set<UInt64>] = [:]
    private var events: [SeenEvent] = []
    private var sawCookie = false
    private let cookie: Words.Word

    init(_ scenario: Scenario, on place: Place) throws {
        (self.scenario, self.place) = (scenario, place)
        let path = place.point + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        folder = BytePath(path)
        cookie = Array("cookie-\(UUID().uuidString)".utf8)
        actor = try Self.startActor(folder, place)
        for name in scenario.folders { try make(folder: resolved(name)) }
        for name in scenario.files { try make(file: resolved(name)) }
    }

    deinit {
        actor.end()
        _ = try? Places.shell("rm -rf --one-file-system '\(folder)'")
    }

    private static func startActor(_ folder: BytePath, _ place: Place) throws -> ActorProcess {
        var environment = place.environment
        environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
        return try ActorProcess(in: folder.description, environment: environment)
    }

    private func resolved(_ word: Words.Word) -> Words.Word {
        word == Array("{deep}".utf8) ? Words.deepPath(beneath: folder.bytes) : word
    }

    /// Makes a folder and those above it, each from the one above, as paths may be too long.
    private func make(folder name: Words.Word) throws {
        var place = folder
        for part in name.split(separator: UInt8(ascii: "/")) {
            do throws(Errno) {
                try FileDescriptor.open(place).makeDirectory(BytePath(part))
            } catch {
                if error != .fileExists { throw error }
            }
            place = place.appending(BytePath(part))
        }
    }

    private func make(file name: Words.Word) throws {
        if let slash = name.lastIndex(of: UInt8(ascii: "/")) {
            try make(folder: Array(name[..<slash]))
        }
        let path = folder.appending(BytePath(name))
        let file = try FileDescriptor.open(path, [.writeOnly, .create, .exclusive])
        try file.writeAll([UInt8](repeating: UInt8(ascii: "o"), count: 8192).span)
        try file.sync()
    }

    /// Does everything and records an issue for each expectation that isn't met.
    func check<S: Sensor & ~Copyable>(
        _ name: SensorName, _ makeSensor: (BytePath) throws -> S
    ) throws {
        for act in scenario.before { try perform(act) }
        defer { for act in scenario.after { try? perform(act) } }
        var sensor = try makeSensor(folder)
        for canary in scenario.canaries {
            try sensor.guardCanary(folder.appending(BytePath(resolved(canary))))
        }
        sensor.setReportsWrites(scenario.reportsWrites)
        learnHandles()
        for act in scenario.acts { try perform(act) }
        try actor.perform([Array("write".utf8), cookie])
        learnHandles()
        try readUntilSettled(&sensor, name)
        for expectation in scenario.expectations where expectation.sensor == name {
            judge(expectation)
        }
    }

    private func perform(_ act: [Words.Word]) throws {
        if act == [Array("end".utf8)] {
            actor.end()
            actor = try Self.startActor(folder, place)
        } else {
            try actor.perform(act.map(resolved))
        }
        learnHandles()
    }

    private func learnHandles() {
        let names = scenario.expectations.map { resolved($0.name) } + [cookie]
        for name in names {
            guard let handle = try? FileHandle(of: folder.appending(BytePath(name))) else {
                continue
            }
            handles[name, default: []].insert(handle.hash)
        }
    }

    /// Reads until the barrier has come and with it, or soon after, everything expected.
    ///
    /// What a process leaves to the kernel to close (a ring's files) may close after it.
    private func readUntilSettled<S: Sensor & ~Copyable>(
        _ sensor: inout S, _ name: SensorName
    ) throws {
        let waiting = try Epoll()
        try sensor.wait(in: waiting, token: 1)
        let deadline = Clock.monotonicNanoseconds + 20_000_000_000
        while Clock.monotonicNanoseconds < deadline {
            var seen = [SeenEvent]()
            while try sensor.read({ seen.append(SeenEvent($0)) }) > 0 {}
            events += seen
            sawCookie = sawCookie || events.contains { isAbout(cookie, $0) }
            if sawCookie && isComplete(name) { return }
            _ = try waiting.wait(milliseconds: 100)
        }
        if !sawCookie { Issue.record("the barrier never came: \(events)") }
    }

    private func isAbout(_ name: Words.Word, _ event: SeenEvent) -> Bool {
        let name = resolved(name)
        if let file = event.file, handles[name]?.contains(file) == true { return true }
        return event.path == folder.appending(BytePath(name))
    }

    private func isComplete(_ name: SensorName) -> Bool {
        scenario.expectations.allSatisfy { expectation in
            guard case .event(let kind) = expectation.claim, expectation.sensor == name else {
                return true
            }
            return matches(kind, expectation)
        }
    }

    private func matches(_ kind: String, _ expectation: Expectation) -> Bool {
        events.contains {
            $0.kind == kind && isAbout(expectation.name, $0) && isBy(expectation, $0)
        }
    }

    private func isBy(_ expectation: Expectation, _ event: SeenEvent) -> Bool {
        // Inotify doesn't say who it was.
        if expectation.sensor == .inotify { return true }
        return switch expectation.author {
        case .actor: event.pid == actor.pid
        case .another: event.pid > 0 && event.pid != actor.pid
        case .anybody: event.pid > 0
        case .ended: event.pid > 0 && ProcessTable.status(event.pid) == nil
        }
    }

    private func judge(_ expectation: Expectation) {
        let about = events.filter { isAbout(expectation.name, $0) }
        let place: Comment = "\(scenario.name):\(expectation.line): about it: \(about)"
        switch expectation.claim {
        case .event(let kind): #expect(matches(kind, expectation), place)
        case .not(let kind): #expect(!about.contains { $0.kind == kind }, place)
        case .nothing: #expect(about.isEmpty, place)
        }
    }
}
