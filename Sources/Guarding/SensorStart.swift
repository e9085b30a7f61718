internal import Canaries
internal import Control
internal import Detection
internal import Linux
internal import Policies
internal import Response
internal import Sensing
internal import Synchronization

/// Builds the sensor on the thread that will own it and tells whether that worked.
final class SensorStart: Sendable {
    private let policy: GuardPolicy
    private let canaries: [Canary]
    private let link: LoopLink
    private let record: IncidentRecord
    private let predecessor: LoopLink?
    private let failure = Mutex<SensorError?>(nil)
    private let done: EventCounter

    /// `predecessor` is told to stop once everything is marked.
    init(
        _ policy: GuardPolicy, _ canaries: [Canary], _ link: LoopLink, _ record: IncidentRecord,
        after predecessor: LoopLink?
    ) throws(Errno) {
        (self.policy, self.canaries, self.link, self.record) = (policy, canaries, link, record)
        self.predecessor = predecessor
        done = try EventCounter()
    }

    /// Starts the thread and waits until everything is marked.
    func start() throws(SensorError) -> Thread {
        let thread = try makeThread()
        guard let failure = failure.withLock({ $0 }) else { return thread }
        thread.detach()
        throw failure
    }

    private func makeThread() throws(SensorError) -> Thread {
        do throws(Errno) {
            let waiting = try Epoll()
            try waiting.add(done.descriptor, token: 1)
            let thread = try Thread.run { self.work() }
            while (try? waiting.wait(milliseconds: -1)) != 1 {}
            return thread
        } catch {
            throw .cannotInitialise(error)
        }
    }

    private func work() {
        Thread.setName("sensor")
        do throws(SensorError) {
            let folders = policy.watch.map { BytePath($0) }
            let refusal = policy.sensor == .auto ? Self.fanotifyRefusal : nil
            if policy.sensor == .inotify || refusal != nil {
                let sensor = try InotifySensor(watching: folders)
                let decider = try makeDecider(folders)
                link.state.uses(.inotify, Degradation.withoutFanotify(refusal))
                run(sensor, nil, decider)
            } else {
                let sensor = try FanotifySensor(watching: folders)
                let gate = try CanaryGate()
                if policy.gates, policy.mode != .observe {
                    link.gatekeeper = try Gatekeeper(
                        watching: folders, Pace(policy), record, link.state.refusals)
                }
                let decider = try makeDecider(folders)
                link.state.uses(.fanotify, [])
                link.companion.start(for: gate.group.descriptor)
                run(sensor, gate, decider)
            }
        } catch {
            link.gatekeeper?.end()
            failure.withLock { $0 = error }
            done.signal()
        }
    }

    /// Why this process may not use fanotify on this kernel; nil if it may.
    ///
    /// Asked once: closing a group takes the kernel milliseconds.
    private static let fanotifyRefusal: Errno? = {
        let unavailable: [Errno] = [.notPermitted, .notImplemented, .invalidArgument]
        do throws(Errno) {
            _ = try Fanotify(.notification)
            _ = try Fanotify(.permission)
            return nil
        } catch {
            return unavailable.contains(error) ? error : nil
        }
    }()

    private func run<S: Sensor & ~Copyable>(
        _ sensor: consuming S, _ gate: consuming CanaryGate?, _ decider: consuming Decider
    ) {
        var sensor = sensor
        var decider = decider
        for canary in canaries { SensorLoop.guardCanary(canary, &sensor, gate, &decider) }
        link.state.misses(sensor.uncovered)
        // Known before anything is decided: without a gate nothing can be refused.
        let isUp = link.gatekeeper?.report.isUp
        link.state.withContents { $0.gateIsUp = isUp }
        done.signal()
        // From here on changes reach this sensor's queue; the one before it reads its last.
        if let predecessor {
            predecessor.stop.signal()
            decider.adopt(predecessor.handover.take())
        }
        do throws(SensorError) {
            link.handover.leave(try SensorLoop.run(sensor, gate, decider, Pace(policy), link))
        } catch {
            link.handover.leave(nil)
            link.state.withContents { $0.sensorFailure = error }
        }
    }

    private func makeDecider(_ folders: [BytePath]) throws(SensorError) -> Decider {
        let protection = Protection(
            allowed: AllowList(policy.allow.map { AllowedProgram($0) }),
            companion: Companion.executable.flatMap(Self.executable))
        var thresholds = Thresholds()
        thresholds.rewritesPerDay = policy.scoring.rewritesPerDay
        thresholds.suspicionScore = policy.scoring.suspicious
        do throws(Errno) {
            let enforcer = try Enforcer(
                policy: policy, protection: protection, state: link.state, record: record,
                hasGate: link.gatekeeper != nil)
            var judge = try FileJudge(folders, ignoring: policy.ignore)
            judge.sketches = link.state.sketches.store.map { SketchLook($0) }
            return Decider(
                judge: judge, thresholds: thresholds, protection: protection, enforcer: enforcer,
                gatekeeper: link.gatekeeper, handover: link.canaries,
                inspections: link.state.inspections)
        } catch {
            throw .cannotOpen(folders[0], error)
        }
    }

    private static func executable(_ path: BytePath) -> AllowedExecutable? {
        guard let status = try? FileStatus.following(path) else { return nil }
        return AllowedExecutable(device: status.device, inode: status.inode)
    }
}
