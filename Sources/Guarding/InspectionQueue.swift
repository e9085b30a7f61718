internal import Contents
internal import Detection
internal import Inspecting
internal import Linux
internal import Synchronization

/// A closed file that the cheap tier said nothing against, for the inspector to look into.
struct InspectionWish: Sendable {
    /// The file.
    var file: FileHandle
    /// Where it is, from a sensor that tells so.
    var path: BytePath?
    /// Who wrote it.
    var lineage: Lineage
    /// Whether it is older than its writer.
    var existed: Bool
    /// Where it lies.
    var place: FilePlace?
    /// Whether what became of it was counted, so that only its sketch is to be made anew.
    var isCounted = false
}

/// A file in which the inspector found something.
struct InspectedFile: Sendable {
    /// What was asked for.
    var wish: InspectionWish
    /// What it is, where it looks encrypted.
    var opinion: Opinion?
    /// The number of a text that reads like a ransom note; 0 for all others.
    var noteNumber: UInt64
}

/// Files that wait for the inspector.
///
/// Taking one in allocates nothing and never waits.
final class InspectionQueue: Sendable {
    private struct State {
        var wishes: [InspectionWish] = []
        var draw: UInt64 = .random(in: 0...UInt64.max)
    }

    /// Readable when something waits.
    let waiting: EventCounter
    /// Files that were looked into.
    let inspectedCount = Atomic<UInt64>(0)
    /// Files that should have been and were not.
    let missedCount = Atomic<UInt64>(0)
    private let state: Mutex<State>

    /// Enough for an attack's first files; what more comes takes the place of one drawn by lot, so
    /// that nobody can fill the queue with harmless files in front of the others.
    private static let capacity = 128

    init() throws(Errno) {
        waiting = try EventCounter()
        var state = State()
        state.wishes.reserveCapacity(Self.capacity)
        self.state = Mutex(state)
    }

    /// Takes one in; called on the sensor's thread, which must not wait for a thread behind it.
    func offer(_ wish: InspectionWish) {
        let isFirst = state.withLockIfAvailable { state in
            guard state.wishes.count == Self.capacity else {
                state.wishes.append(wish)
                return state.wishes.count == 1
            }
            countMissed()
            state.draw = state.draw &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            state.wishes[Int(state.draw >> 33) % Self.capacity] = wish
            return false
        }
        switch isFirst {
        case true?: waiting.signal()
        case false?: break
        case nil: countMissed()
        }
    }

    /// Counts a file of which nothing is known.
    func countMissed() { missedCount.wrappingAdd(1, ordering: .relaxed) }

    /// Gives one out; nil where none waits.
    func take() -> InspectionWish? { state.withLock { $0.wishes.popLast() } }
}

extension Inspection {
    /// The opinion as the detector takes it; nil where it adds nothing to that of the cheap tier.
    ///
    /// What is merely broken adds nothing: a file that is written in several goes is so in between.
    var opinion: Opinion? {
        let contentClass: ContentClass
        switch judgementClass {
        case .uniform, .uniformFromStart: contentClass = .uniform
        case .partlyUniform, .uniformBody: contentClass = .partlyUniform
        case .encodedUniform, .uniformPayload: contentClass = .encodedUniform
        case .brokenUniform: contentClass = .broken
        case .empty, .tooSmall, .unreadable, .recognised, .broken, .unknown, .encryptedContainer:
            return nil
        }
        return Opinion(
            entropyBitsPerByte: entropyBitsPerByte, kind: kind,
            structure: contentClass == .broken ? .broken : .none, byteChiSquare: byteChiSquare,
            nibbleChiSquare: nibbleChiSquare, uniformBlockCount: Int(uniformBlockCount),
            blockCount: Int(blockCount), contentClass: contentClass)
    }
}
