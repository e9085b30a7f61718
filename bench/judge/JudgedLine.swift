internal import Contents
internal import Linux

/// What is said of one line of the input.
struct JudgedLine {
    let json: String

    init(_ line: [UInt8]) {
        let paths = line.split(separator: 0x09, maxSplits: 1).map { BytePath(Array($0)) }
        do throws(Errno) {
            guard let new = paths.last else { throw .noSuchFile }
            json = try Self.judged(new, old: paths.count > 1 ? paths[0] : nil)
        } catch {
            json = "{\"errno\": \(error.rawValue)}"
        }
    }

    private static func judged(_ path: BytePath, old: BytePath?) throws(Errno) -> String {
        let file = try OpenContent(path)
        let (opinion, sampling) = try file.sampled()
        let (full, walking) = file.walked()
        let content = try file.beginning()
        var members = [
            "\"byteCount\": \(file.byteCount)",
            "\"sampleClass\": \"\(opinion.contentClass)\"", "\"class\": \"\(full.judgementClass)\"",
            "\"kind\": \"\(full.kind)\"", "\"structure\": \"\(full.structure)\"",
            "\"entropy\": \(full.entropyBitsPerByte)", "\"chiSquare\": \(full.byteChiSquare)",
            "\"uniformBlocks\": [\(opinion.uniformBlockCount), \(full.uniformBlockCount)]",
            "\"blocks\": [\(opinion.blockCount), \(full.blockCount)]",
            "\"isHeadUniform\": \(opinion.isHeadUniform)", "\"reasons\": \(full.reasons.rawValue)",
            "\"area\": \(number(differentialArea(ofHead: content.span)))",
            "\"piError\": \(number(piError(of: content.span)))",
            "\"base64\": \(base64Share(of: content.span))",
            "\"sampleMicroseconds\": \(sampling)", "\"microseconds\": \(walking)",
            "\"decoded\": \(full.decodedByteCount)", "\"read\": \(full.readByteCount)",
        ]
        if let old {
            let before = try OpenContent(old).beginning()
            let start = Clock.threadNanoseconds
            let change = ChangeJudge.judge(old: before, new: content)
            members += [
                "\"change\": \"\(change.changeClass)\"",
                "\"oldClass\": \"\(change.old.judgementClass)\"",
                "\"changedBytes\": \(change.changedByteCount)",
                "\"changedChiSquare\": \(number(change.changedChiSquare))",
                "\"oldKind\": \"\(change.old.kind)\"",
                "\"oldStructure\": \"\(change.old.structure)\"",
                "\"changeMicroseconds\": \(microseconds(since: start))",
            ]
        }
        return "{\(members.joined(separator: ", "))}"
    }

    /// JSON has no infinity; what cannot be told is as far as can be.
    private static func number(_ value: Double) -> Double { value.isFinite ? value : 1e9 }
}

private func microseconds(since start: UInt64) -> Double {
    Double(Clock.threadNanoseconds - start) / 1000
}

/// A file that is judged.
private struct OpenContent {
    private static let mostByteCount = 8 << 20
    /// What the guard's inspector may spend on one file; see its constants.
    private static let budget = ReadingBudget(
        readByteCount: 6 << 20, decodedByteCount: 4 << 20, stepCount: 50_000)
    private let file: SharedDescriptor
    let byteCount: UInt64

    init(_ path: BytePath) throws(Errno) {
        let descriptor = try FileDescriptor.open(path, [.readOnly])
        byteCount = try descriptor.status().byteCount
        file = SharedDescriptor(descriptor)
    }

    /// The cheap tier's opinion and its microseconds of processor time, reading included.
    func sampled() throws(Errno) -> (Opinion, Double) {
        var block = [UInt8](repeating: 0, count: SamplePlan.blockByteCount)
        let salt = UInt64.random(in: 0...UInt64.max)
        let start = Clock.threadNanoseconds
        let plan = SamplePlan(fileByteCount: byteCount, salt: salt)
        var judge = SampleJudge(fileByteCount: byteCount)
        for place in 0...plan.count where !judge.isDecided {
            let offset = place == 0 ? 0 : plan[place - 1]
            var span = block.mutableSpan
            let count = try file.descriptor.read(into: &span, at: offset)
            judge.add(block: block.span.extracting(0..<count), at: offset)
        }
        let opinion = judge.opinion()
        return (opinion, microseconds(since: start))
    }

    /// The full tier's judgement and its microseconds of processor time, reading included.
    func walked() -> (FullJudgement, Double) {
        let source = DescriptorSource(file: file, byteCount: byteCount)
        let salt = UInt64.random(in: 0...UInt64.max)
        let start = Clock.threadNanoseconds
        let judgement = FullJudge.judge(source, budget: Self.budget, salt: salt)
        return (judgement, microseconds(since: start))
    }

    /// The whole content of all but huge files.
    func beginning() throws(Errno) -> [UInt8] {
        let count = Int(min(byteCount, UInt64(Self.mostByteCount)))
        var content = [UInt8](repeating: 0, count: count)
        var span = content.mutableSpan
        let read = try file.descriptor.readFully(into: &span, count: count, at: 0)
        return read < count ? Array(content[..<read]) : content
    }
}

/// A descriptor that several values may share.
private final class SharedDescriptor: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// Content read from a descriptor as it is needed.
private struct DescriptorSource: ByteSource {
    let file: SharedDescriptor
    let byteCount: UInt64

    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        try? file.descriptor.readFully(into: &target, count: count, at: offset)
    }
}
