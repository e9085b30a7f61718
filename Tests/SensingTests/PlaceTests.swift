import Foundation
import Linux
import Sensing
import Testing

extension MountedTests {
    @Suite(.timeLimit(.minutes(1))) struct PlaceTests {
        private func refusal(of folder: BytePath) -> SensorError? {
            do throws(SensorError) {
                _ = try FanotifySensor(watching: [folder])
                return nil
            } catch {
                return error
            }
        }

        @Test func refusesAnOverlayWithoutHandles() throws {
            try Places.require("overlay-plain")
            let folder = BytePath(try Places.place("overlay-plain").point)
            let expected = SensorError.cannotCover(folder, fileSystem: "overlay", .noFileHandles)
            #expect(refusal(of: folder) == expected)
        }

        @Test func refusesWhatHasNoHandles() {
            guard case .cannotCover("/proc", "proc", _) = refusal(of: "/proc") else {
                Issue.record("\(String(describing: refusal(of: "/proc")))")
                return
            }
        }

        @Test func namesAMissingFolder() {
            #expect(refusal(of: "/no/such/folder") == .cannotOpen("/no/such/folder", .noSuchFile))
        }

        @Test("finds the top level of a btrfs", arguments: ["subvolume", "subvolume-beside-top"])
        func topLevel(place: String) throws {
            try Places.require(place)
            let folder = BytePath(try Places.place(place).point)
            let top = try FileDescriptor.open(folder).btrfsTopLevel()
            #expect(try top.entries().map(\.name) == ["@data"])
            let table = try MountTable.current()
            let isMounted = table[try top.mountNumber()] != nil
            #expect(isMounted == (place == "subvolume-beside-top"))
        }

        @Test("holds up openings of canaries in subvolumes")
        func gate() throws {
            try Places.require("subvolume")
            let point = try Places.place("subvolume").point
            let name = point + "/gate-canary"
            try Places.shell("echo x > '\(name)'")
            var gate = try CanaryGate()
            try gate.add(BytePath(name))
            let actor = try ActorProcess(in: point, environment: [:])
            let waiting = try Epoll()
            try gate.wait(in: waiting, token: 1)
            try actor.send([Array("read".utf8), Array("gate-canary".utf8)])
            #expect(try waiting.wait(milliseconds: 20_000) == 1)
            var pids = [Int32]()
            try gate.answer { opening in
                pids.append(opening.thread)
                return false
            }
            #expect(pids == [actor.pid])
            #expect(throws: ActorProcess.Refused.self) { try actor.awaitAnswer(to: "read") }
        }

        @Test func keepsAReadOnlyFileSystemReadOnly() throws {
            try Places.require("subvolume-read-only")
            let place = try Places.place("subvolume-read-only")
            _ = try FanotifySensor(watching: [BytePath(place.point)])
            let options = try Places.shell("findmnt -n -o FS-OPTIONS '\(place.point)'")
            #expect(options.hasPrefix("ro,"))
        }
    }
}
