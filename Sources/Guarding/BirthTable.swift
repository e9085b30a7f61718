internal import Detection
internal import Linux
internal import Response

/// Which process bore which, for those that end before anybody looks at them.
///
/// Without the kernel's process events (no CAP_NET_ADMIN, a container) it knows nobody.
struct BirthTable: ~Copyable {
    struct Birth {
        var pid: Int32 = 0
        var parent: Int32 = 0
        var bootNanoseconds: UInt64 = 0
        var hasLeftSession = false
        var hasStartedProgram = false
        /// What the process might when its program started.
        var permission = Permission.none

        // Clock ticks are hundredths of a second on Linux (USER_HZ).
        var key: ProcessKey { ProcessKey(pid: pid, startTicks: bootNanoseconds / 10_000_000) }
    }

    private static let slots = 8192
    /// Some ten thousand births; about two seconds of the busiest shell script.
    private static let bufferByteCount: Int32 = 8 << 20
    private var births = [Birth](repeating: Birth(), count: slots)
    private let events = try? ProcessEvents(bufferByteCount: bufferByteCount)
    // Wraps: read one after the other, equal clocks differ by a little either way.
    private let bootMinusMonotonic = Clock.bootNanoseconds &- Clock.monotonicNanoseconds

    borrowing func add(to set: borrowing Epoll, token: UInt64) throws(Errno) {
        switch events {
        case .some(let events): try set.add(events.socket, token: token)
        case nil: break
        }
    }

    /// The last birth of this number.
    borrowing func find(_ pid: Int32) -> Birth? {
        let birth = births[Int(pid) % Self.slots]
        return birth.pid == pid ? birth : nil
    }

    /// Takes what waits in the kernel's queue; losses are borne, as without any events.
    mutating func update(_ protection: Protection) {
        var local = [Birth]()
        swap(&local, &births)
        let offset = bootMinusMonotonic
        switch events {
        case .some(let events):
            _ = events.read { Self.take($0, offset, protection, &local) }
        case nil: break
        }
        swap(&local, &births)
    }

    private static func take(
        _ event: ProcessEvent, _ offset: UInt64, _ protection: Protection,
        _ births: inout [Birth]
    ) {
        switch event {
        case .born(let pid, let parent, let time):
            var birth = Birth(pid: pid, parent: parent, bootNanoseconds: time &+ offset)
            let above = births[Int(parent) % slots]
            if above.pid == parent { birth.permission = above.permission }
            births[Int(pid) % slots] = birth
        case .startedProgram(let pid):
            guard births[Int(pid) % slots].pid == pid else { return }
            births[Int(pid) % slots].hasStartedProgram = true
            births[Int(pid) % slots].permission = protection.permission(of: pid)
        case .leftSession(let pid):
            guard births[Int(pid) % slots].pid == pid else { return }
            births[Int(pid) % slots].hasLeftSession = true
        }
    }
}
