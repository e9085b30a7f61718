import Canaries
import Foundation
import Linux
import Testing

/// File systems in files.
enum LoopDisk {
    static var canBeMade: Bool {
        ProcessHandle.effectiveUser == 0 && Tool.path("mkfs.ext4") != nil
            && FileManager.default.fileExists(atPath: "/dev/loop-control")
    }
}

@Suite(
    "The order in which ext4 lists a folder", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: LoopDisk.canBeMade, "needs root, mkfs.ext4 and loop devices"))
struct HashOrderTests {
    struct Disk: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var options: [String]
        var flags = ""
        /// Whether canaries stand at the ends of the listing.
        var isOrdered = true
        /// The key of the hash, the same in each run.
        static let key = ["-E", "hash_seed=6b616e61-7269-4a61-8a30-313233343536"]
    }

    static let disks: [Disk] = [
        Disk(testDescription: "as made by default", options: []),
        Disk(testDescription: "with unsigned characters", options: [], flags: "unsigned"),
        Disk(testDescription: "ext3", options: ["-t", "ext3"]),
        Disk(testDescription: "with another hash", options: [], flags: "tea"),
        Disk(
            testDescription: "without an index", options: ["-O", "^dir_index"], isOrdered: false),
    ]

    /// A file system in a file, mounted until it goes.
    final class Mounted {
        let scratch: Scratch
        let point: String

        init(_ disk: Disk) throws {
            scratch = try Scratch()
            point = scratch.path + "/mount"
            let image = scratch.path + "/image"
            let hash = disk.flags == "tea" ? "tune2fs -E hash_alg=tea \(image)" : ":"
            // The flag lies in the superblock's s_flags, 1024 + 0x160.
            let sign =
                disk.flags == "unsigned"
                ? "printf '\\002' | dd of=\(image) bs=1 seek=1376 conv=notrunc" : ":"
            let made = try Tool.run(
                "sh",
                [
                    "-c",
                    """
                    truncate -s 64M \(image)
                    mkfs.ext4 -q -F -O ^metadata_csum -N 8000 \((Disk.key + disk.options).joined(separator: " ")) \(image)
                    \(hash); \(sign)
                    mkdir \(point) && mount -o loop \(image) \(point)
                    """,
                ])
            try #require(made.status == 0, "\(made.text)")
        }

        deinit { _ = try? Tool.run("umount", ["-l", point]) }
    }

    @Test("is known, so that canaries are listed first and last", arguments: disks)
    func ends(disk: Disk) throws {
        let mounted = try Mounted(disk)
        for (count, seeds) in [(10, 0..<4), (100, 4..<8), (1000, 8..<10)] {
            for seed in seeds {
                let path = "\(mounted.point)/\(count)-\(seed)"
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: false)
                let folder = try FileDescriptor.open(BytePath(path), [.readOnly, .directory])
                for number in 0..<count {
                    let name = BytePath("\(seed)_報告書_\(number * 7919)_quarterly report.docx")
                    _ = try folder.open(name, [.writeOnly, .create])
                }
                var options = PlanOptions()
                options.hiddenFolder = false
                var random = Sequence64(state: UInt64(seed))
                let canaries = try Planter.plant(
                    in: BytePath(path), options: options, using: &random)
                try #require(canaries.count == 2)
                let listed = try folder.entries().map(\.name)
                let isFirst = listed.first == canaries[0].path.lastComponent
                let isLast = listed.last == canaries[1].path.lastComponent
                let claims = [End.first, .last].map { end in
                    canaries[end == .first ? 0 : 1].positions.contains(
                        Position(order: .directory, end: end))
                }
                // What is claimed is what the kernel lists, on every disk.
                #expect(claims == [isFirst, isLast])
                if disk.isOrdered, disk.flags != "tea" {
                    #expect(isFirst && isLast, "\(count) files, seed \(seed)")
                }
            }
        }
    }
}
