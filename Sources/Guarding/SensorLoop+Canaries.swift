internal import Canaries
internal import Linux
internal import Sensing

extension SensorLoop {
    /// Knows, marks and holds up openings of one canary.
    static func guardCanary<S: Sensor & ~Copyable>(
        _ canary: Canary, _ sensor: inout S, _ gate: borrowing CanaryGate?,
        _ decider: inout Decider
    ) {
        // Known first: an opening of a marked file that nobody knows would not be answered by rule.
        decider.add(canary)
        try? sensor.guardCanary(canary.path)
        try? gate?.add(canary.path)
    }

    /// Acts on what the keeper of the canaries tells.
    static func takeNews<S: Sensor & ~Copyable>(
        _ sensor: inout S, _ gate: borrowing CanaryGate?,
        _ decider: inout Decider, _ handover: CanaryHandover
    ) {
        let news = handover.takeNews()
        for item in news {
            switch item {
            case .planted(let canary): guardCanary(canary, &sensor, gate, &decider)
            case .retired(let path):
                guard let file = decider.removeCanary(at: path) else { continue }
                // A file that is gone took its marks with it.
                let place = decider.path(of: file)
                sensor.unguardCanary(file, at: place)
                if let place { gate?.remove(place) }
            }
        }
        handover.settle(news.count)
    }
}
