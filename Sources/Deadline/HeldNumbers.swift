internal import Linux

/// Open descriptor numbers of a process and what they lead to.
struct HeldNumbers: Equatable {
    var targets: [Int32: BytePath]

    /// Numbers that lead to the same in both looks, in rising order.
    func unchanged(in later: HeldNumbers) -> [Int32] {
        targets.filter { later.targets[$0.key] == $0.value }.keys.sorted()
    }

    /// What a process holds now; empty when it is gone.
    static func of(_ process: Int32) -> HeldNumbers {
        let folder = BytePath("/proc/\(process)/fd")
        guard let directory = try? FileDescriptor.open(folder, [.readOnly, .directory]),
            let entries = try? directory.entries()
        else { return HeldNumbers(targets: [:]) }
        var targets = [Int32: BytePath]()
        for entry in entries {
            guard let number = Int32(String(decoding: entry.name.bytes, as: UTF8.self)),
                let target = try? directory.linkTarget(entry.name)
            else { continue }
            targets[number] = target
        }
        return HeldNumbers(targets: targets)
    }
}
