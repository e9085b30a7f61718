import Foundation
import Linux
import Sensing
import Testing

/// The scenario files, read from where this file was compiled.
private enum Scenarios {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Scenarios")

    static func read() throws -> [Scenario] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { file in
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return try Scenario(name: file, text: text)
        }
    }

    /// Empty if one can't be read, which `everyScenarioCanBeRead` tells.
    static let all = (try? read()) ?? []

    static var limits: String {
        get throws {
            let root = folder.path.components(separatedBy: "/Tests/")[0]
            return try String(contentsOfFile: root + "/docs/limits.md", encoding: .utf8)
        }
    }
}

/// A scenario on one of its places.
private struct Case: Sendable, CustomTestStringConvertible {
    var scenario: Scenario
    var place: String

    var testDescription: String { "\(scenario.name) on \(place)" }

    static func all(_ sensor: SensorName) -> [Case] {
        Scenarios.all.filter { $0.expectations.contains { $0.sensor == sensor } }
            .flatMap { scenario in
                scenario.places.map { Case(scenario: scenario, place: $0) }
            }
    }
}

@Suite struct ScenarioFileTests {
    @Test func everyScenarioCanBeRead() throws {
        #expect(try Scenarios.read().count > 0)
    }

    @Test("has a scenario or a reason for each row", arguments: KernelRows.all.map(\.key))
    func row(key: String) {
        let isScripted = Scenarios.all.contains { $0.rows.contains(key) }
        #expect(isScripted != (KernelRows.unscripted[key] != nil))
    }

    @Test func namesOnlyKnownRows() {
        let known = Set(KernelRows.all.map(\.key))
        for scenario in Scenarios.all {
            #expect(Set(scenario.rows).subtracting(known).isEmpty, "\(scenario.name)")
        }
    }

    @Test func everyScenarioIsAboutEverySensor() {
        for scenario in Scenarios.all {
            let sensors = Set(scenario.expectations.map(\.sensor))
            #expect(sensors == Set(SensorName.allCases), "\(scenario.name)")
        }
    }

    @Test func everyGapStandsInTheDocument() throws {
        let limits = try Scenarios.limits
        for scenario in Scenarios.all {
            for case .nothing(let text) in scenario.expectations.map(\.claim) {
                #expect(!text.isEmpty && limits.contains(text), "\(scenario.name): \(text)")
            }
        }
    }

    @Test(
        "refuses what is no scenario",
        arguments: [
            "", "row write", "row write\ndo x\nexpect fanotify nothing a",
            "row write\ndo x\nexpect ebpf modified a", "row write\ndo x\nexpect fanotify modified",
            "row write\ndo x %ZZ\nexpect fanotify modified a", "rows write",
            "row write\ndo x\nexpect fanotify modified a by nobody",
        ])
    func refuses(text: String) {
        #expect(throws: (any Error).self) { try Scenario(name: "x", text: text) }
    }
}

/// The tests that share the mounted places; they are unmounted when all of them have ended.
@Suite(
    .serialized, .removesPlaces,
    .enabled(if: Places.canMount, "needs root, to mount file systems of its own")
)
struct MountedTests {}

extension MountedTests {
    @Suite(.timeLimit(.minutes(1))) struct ScenarioTests {
        @Test("fanotify reports what it must", arguments: Case.all(.fanotify))
        fileprivate func fanotify(each: Case) throws {
            try Places.require(each.place)
            let run = try ScenarioRun(each.scenario, on: try Places.place(each.place))
            try run.check(.fanotify) { try FanotifySensor(watching: [$0]) }
        }

        @Test("inotify reports what it must", arguments: Case.all(.inotify))
        fileprivate func inotify(each: Case) throws {
            try Places.require(each.place)
            let run = try ScenarioRun(each.scenario, on: try Places.place(each.place))
            try run.check(.inotify) { try InotifySensor(watching: [$0]) }
        }
    }
}
