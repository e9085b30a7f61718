internal import Contents
internal import Control
internal import Linux
internal import Messages
internal import Policies
internal import Sketches
internal import Synchronization

/// The store of sketches as the daemon's threads share it; without one the guard goes on.
final class SketchKeeping: Sendable {
    /// Why there is no store, or it is not kept up.
    private let fault = Mutex<Errno?>(nil)
    private let roundCount = Atomic<UInt64>(0)
    private let opened = Mutex<SketchStore?>(nil)

    /// The store; nil where there is none.
    var store: SketchStore? { opened.withLock { $0 } }

    /// What a store takes at most, 0.22 % of 116 GiB; chosen by us.
    private static let mostByteCount: UInt64 = 256 << 20
    /// What one takes at least.
    private static let leastByteCount: UInt64 = 4 << 20
    /// Of the bytes in use it takes twice the 0.22 % that sketches take, for files to come.
    private static let usedShare: UInt64 = 225
    /// Of the bytes that are free where it lies it takes no more than this part.
    private static let freeShare: UInt64 = 20

    /// Opens the store in the state directory, or makes it.
    func open(_ policy: GuardPolicy) {
        do throws(Errno) {
            let state = BytePath(policy.stateDirectory)
            let size = try Self.byteCount(policy, state)
            let store = try SketchStore(in: state, byteCount: size)
            opened.withLock { $0 = store }
        } catch {
            note(error)
        }
    }

    private static func byteCount(
        _ policy: GuardPolicy, _ state: BytePath
    ) throws(Errno) -> UInt64 {
        var used: [UInt64: UInt64] = [:]
        for folder in policy.watch {
            guard let open = try? FileDescriptor.open(BytePath(folder), [.pathOnly]),
                let status = try? open.status()
            else { continue }
            used[status.device] = try? open.space().used
        }
        let free = try FileDescriptor.open(state, [.directory]).space().free
        let wanted = used.values.reduce(0, +) / usedShare
        let room = min(mostByteCount, free / freeShare)
        return room < leastByteCount ? 0 : min(max(wanted, leastByteCount), room)
    }

    /// Takes note of what went wrong, or right again.
    func note(_ error: Errno?) { fault.withLock { $0 = error } }

    /// Takes note that all watched folders were walked once more.
    func noteRound() { roundCount.wrappingAdd(1, ordering: .relaxed) }

    /// Whether a damaged store was set aside and not all files were sketched anew yet.
    private var isRebuilding: Bool {
        store?.wasDamaged == true && roundCount.load(ordering: .relaxed) == 0
    }

    /// How it is, for people and programs.
    var report: SketchReport {
        guard let store else { return SketchReport(state: .off) }
        let counts = store.counts
        let isReady = roundCount.load(ordering: .relaxed) > 0
        let hasFault = fault.withLock { $0 != nil }
        var report = SketchReport(state: hasFault ? .failing : isReady ? .ready : .building)
        (report.files, report.damaged) = (counts.files, counts.damaged)
        (report.bytes, report.capacityBytes) = (counts.byteCount, store.capacityByteCount)
        return report
    }

    /// What the guard cannot do for want of it.
    var degradations: [Degradation] {
        var found: [Degradation] = []
        if let error = fault.withLock({ $0 }) {
            found.append(
                Degradation(
                    code: "no-sketches",
                    text: Message(
                        en:
                            "files are not sketched, partial encryption is found less often: \(error)",
                        ja: "ファイルのスケッチを保存できず、部分的な暗号化を見逃しやすくなります: \(error)")))
        }
        if isRebuilding {
            found.append(
                Degradation(
                    code: "sketches-rebuilt",
                    text: Message(
                        en: "the sketches of files were damaged; they are set aside and made anew",
                        ja: "ファイルのスケッチが破損していたため、退避して作り直しています")))
        }
        return found
    }
}
