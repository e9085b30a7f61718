import Foundation
import Linux
import Synchronization
import Testing

/// A file system made for the tests.
struct Place: Sendable {
    /// Where it is mounted and what a sensor watches folders in.
    var point: String
    /// What acts of the shell find in their environment.
    var environment: [String: String] = [:]
}

/// The file systems of the tests, mounted when first asked for and unmounted with the suite.
enum Places {
    private struct Contents {
        var base: String?
        var made: [String: Place] = [:]
        var points: [String] = []
    }

    private static let contents = Mutex(Contents())

    /// Whether file systems can be mounted here, from image files as well.
    static let canMount: Bool = {
        guard ProcessHandle.effectiveUser == 0 else { return false }
        let script = """
            d=$(mktemp -d) && truncate -s 8M $d/image && mkfs.ext4 -q $d/image && mkdir $d/m
            mount -o loop $d/image $d/m && umount $d/m && rm -r $d
            """
        return (try? shell(script)) != nil
    }()

    struct ShellFailed: Error, CustomStringConvertible {
        var script: String
        var output: String
        var description: String { "\(script)\n\(output)" }
    }

    /// Runs a shell script; what it says goes into the error.
    @discardableResult
    static func shell(_ script: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", "exec 2>&1\n" + script]
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw ShellFailed(script: script, output: text)
        }
        return text
    }

    /// Skips a test where this system can't make the place, and says so.
    static func require(_ name: String) throws {
        let types = ["subvolume": "btrfs", "overlay": "overlay"]
        let kind = String(name.prefix { $0 != "-" })
        let type = types[kind] ?? kind
        let maker = ["ext4", "xfs", "btrfs"].contains(type) ? "command -v mkfs.\(type)" : "true"
        let known = "grep -qw \(type) /proc/filesystems || modprobe -q \(type)"
        if (try? shell("\(maker)\n\(known)")) == nil {
            try Test.cancel("this system has no \(type)")
        }
        let isNewEnough = "printf '6.10\n%s\n' \"$(uname -r)\" | sort -CV"
        if name == "xfs-exchange", (try? shell(isNewEnough)) == nil {
            try Test.cancel("exchanging ranges needs Linux 6.10")
        }
    }

    /// The place of this name.
    static func place(_ name: String) throws -> Place {
        try contents.withLock { contents in
            if let place = contents.made[name] { return place }
            if contents.base == nil {
                contents.base = try shell("mktemp -d /var/tmp/kanaria-places-XXXXXX")
                    .trimmingCharacters(in: .newlines)
            }
            let place = try make(name, &contents)
            contents.made[name] = place
            return place
        }
    }

    /// Unmounts and removes everything.
    static func removeAll() {
        contents.withLock { contents in
            for point in contents.points.reversed() { _ = try? shell("umount -l '\(point)'") }
            if let base = contents.base { _ = try? shell("rm -rf --one-file-system '\(base)'") }
            contents = Contents()
        }
    }

    private static func make(_ name: String, _ contents: inout Contents) throws -> Place {
        let base = contents.base ?? "/nowhere"
        let point = "\(base)/\(name)"
        switch name {
        case "ext4", "xfs", "btrfs":
            try shell(
                image(name, point)
                    + "mount -o loop '\(point).img' '\(point)'")
        case "xfs-exchange":
            // mkfs.xfs of Debian 12 does not know the feature (bit 6); its debugger can set it.
            try shell(
                image("xfs", point) + """
                    xfs_db -x -c 'sb 0' -c 'write -d features_incompat 0x4b' '\(point).img'
                    mount -o loop '\(point).img' '\(point)'
                    """)
        case "tmpfs":
            try shell("mkdir '\(point)' && mount -t tmpfs -o size=64m none '\(point)'")
        case "subvolume", "subvolume-beside-top", "subvolume-read-only":
            return try makeSubvolume(name, point, &contents)
        case "overlay", "overlay-plain", "overlay-upper", "overlay-lower":
            return try makeOverlay(name, point, &contents)
        default: throw ShellFailed(script: name, output: "no such place")
        }
        contents.points.append(point)
        let device = try shell("findmnt -n -o SOURCE '\(point)'").trimmingCharacters(in: .newlines)
        return Place(point: point, environment: ["DEVICE": device])
    }

    /// Sparse, so that it takes little; the least sizes are those of mkfs.xfs and mkfs.btrfs.
    private static func image(_ type: String, _ point: String) -> String {
        let options = type == "ext4" ? " -b 4096" : ""
        return "mkdir '\(point)' && truncate -s 400M '\(point).img'"
            + " && mkfs.\(type) -q\(options) '\(point).img'\n"
    }

    private static func makeSubvolume(
        _ name: String, _ point: String, _ contents: inout Contents
    ) throws -> Place {
        let top = point + "-top"
        let option = name == "subvolume-read-only" ? "ro," : ""
        try shell(
            image("btrfs", point) + """
                mkdir '\(top)' && mount -o loop '\(point).img' '\(top)'
                btrfs -q subvolume create '\(top)/@data'
                """)
        if name == "subvolume-beside-top" {
            contents.points.append(top)
        } else {
            try shell("umount '\(top)'")
        }
        try shell("mount -o loop,\(option)subvol=@data '\(point).img' '\(point)'")
        contents.points.append(point)
        return Place(point: point)
    }

    /// All layers lie on one ext4; `overlay-upper` and `overlay-lower` watch a layer of it.
    private static func makeOverlay(
        _ name: String, _ point: String, _ contents: inout Contents
    ) throws -> Place {
        let layers = point + "-layers"
        let options = name == "overlay-plain" ? "" : ",index=on,nfs_export=on"
        try shell(
            image("ext4", layers) + """
                mount -o loop '\(layers).img' '\(layers)'
                mkdir '\(layers)/lower' '\(layers)/upper' '\(layers)/work' '\(point)'
                cd '\(layers)'
                mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work\(options) \
                none '\(point)'
                """)
        contents.points += [layers, point]
        let environment = [
            "LOWER": layers + "/lower", "UPPER": layers + "/upper", "MERGED": point,
        ]
        let watched = ["overlay-upper": "UPPER", "overlay-lower": "LOWER"][name]
        return Place(
            point: watched.flatMap { environment[$0] } ?? point, environment: environment)
    }
}

/// Unmounts the places when the tests that use them have ended.
struct RemovesPlaces: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        defer { Places.removeAll() }
        try await body()
    }
}

extension Trait where Self == RemovesPlaces {
    /// See `RemovesPlaces`.
    static var removesPlaces: Self { RemovesPlaces() }
}
