import Foundation
import Linux
import Sensing
import Testing

private let canHoldUp = ProcessHandle.effectiveUser == 0 && (try? Fanotify(.permission)) != nil

@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: canHoldUp, "needs root and fanotify permission events"))
struct CanaryGateTests {
    private static let openingsPerThread = 500

    @Test("knows what each of many threads opens a canary for", arguments: [1, 8, 32])
    func purposes(threadCount: Int) throws {
        let path = BytePath(NSTemporaryDirectory() + "gate-\(UUID().uuidString)")
        _ = try FileDescriptor.open(path, [.writeOnly, .create])
        defer { try? FileManager.default.removeItem(atPath: "\(path)") }
        var gate = try CanaryGate()
        try gate.add(path)
        let waiting = try Epoll()
        try gate.wait(in: waiting, token: 1)
        for _ in 0..<threadCount {
            let thread = try Linux.Thread.run {
                for _ in 0..<Self.openingsPerThread {
                    _ = try? FileDescriptor.open(path, [.readWrite])
                }
            }
            thread.detach()
        }
        var purposes = [SystemCall.OpenPurpose: Int]()
        while purposes.values.reduce(0, +) < threadCount * Self.openingsPerThread {
            #expect(try waiting.wait(milliseconds: 20_000) == 1)
            try gate.answer { opening in
                purposes[opening.purpose, default: 0] += 1
                return false
            }
        }
        #expect(Set(purposes.keys) == [.writing], "\(purposes)")
    }
}
