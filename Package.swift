// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "kanaria",
    products: [
        .executable(name: "kanariad", targets: ["kanariad"]),
        .executable(name: "kanaria-inspector", targets: ["kanaria-inspector"]),
        .executable(name: "kanaria-notifier", targets: ["kanaria-notifier"]),
        .executable(name: "kanaria-deadline", targets: ["kanaria-deadline"]),
        .executable(name: "kanaria", targets: ["kanaria"]),
    ],
    traits: [
        .trait(
            name: "PostQuantum",
            description: "Post-quantum recipients of age, for which swift-crypto is built as well.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // C: headers, macros and calls that glibc lacks. No logic.
        .target(name: "CLinux"),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CMagic", providers: [.apt(["libmagic-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CCompression",
            providers: [
                .apt(["zlib1g-dev", "liblzma-dev", "libzstd-dev", "libbz2-dev", "liblz4-dev"])
            ]),
        .systemLibrary(
            name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // Shell: the only targets that may say `unsafe`.
        .target(name: "Linux", dependencies: ["CLinux"]),
        .target(name: "Sodium", dependencies: ["CSodium"]),
        .target(name: "Magic", dependencies: ["CMagic"]),
        .target(name: "PostQuantum", dependencies: ["Sodium", crypto]),
        .target(name: "YAML", dependencies: ["CYAML"]),
        .target(name: "Compression", dependencies: ["CCompression"]),
        .target(name: "Seccomp", dependencies: ["CSeccomp"]),
        .target(name: "Curl", dependencies: ["CCurl"]),
        // Core: values in, values out. No clock, no file, no thread.
        .target(name: "Contents", dependencies: ["Compression"]),
        .target(name: "Detection", dependencies: ["Contents"]),
        .target(name: "Messages"),
        .target(name: "Policies", dependencies: ["Messages", "YAML"]),
        .target(name: "Age", dependencies: ["PostQuantum", "Sodium"]),
        // Effects, one purpose each.
        .target(name: "Canaries", dependencies: ["Linux", "Sodium"]),
        .target(name: "Control", dependencies: ["Linux", "Messages"]),
        .target(name: "Alerts", dependencies: ["Linux"]),
        .target(name: "Journal", dependencies: ["Alerts", "Linux", "Messages", "Sodium"]),
        .target(name: "Sensing", dependencies: ["Linux", "Messages"]),
        .target(name: "Deadline", dependencies: ["Linux"]),
        .target(name: "Attribution", dependencies: ["Linux"]),
        .target(
            name: "Evidence",
            dependencies: ["Compression", "Control", "Linux", "Messages", "Sodium"]),
        .target(name: "Inspecting", dependencies: ["Contents", "Linux", "Seccomp"]),
        .target(name: "Sketches", dependencies: ["Contents", "Linux"]),
        .target(name: "Response", dependencies: ["Attribution", "Detection", "Linux", "Sodium"]),
        .target(
            name: "Diagnosis",
            dependencies: ["Inspecting", "Linux", "Messages", "Policies", "Sensing"]),
        .target(name: "Reviewing", dependencies: ["Contents", "Linux", "Magic"]),
        .target(
            name: "Scanning",
            dependencies: ["Canaries", "Contents", "Control", "Linux", "Sodium"]),
        .target(name: "Sealing", dependencies: ["Age", "Linux", "Policies", "Sodium"]),
        .target(
            name: "Notifying",
            dependencies: [
                "Alerts", "Curl", "Linux", "Messages", "Policies", "Sodium", "YAML",
            ]),
        // Composition.
        .target(
            name: "Guarding",
            dependencies: [
                "Attribution", "Canaries", "Contents", "Control", "Deadline", "Detection",
                "Evidence", "Inspecting", "Journal", "Linux", "Messages", "Policies", "Response",
                "Sensing", "Sketches",
            ]),
        .target(
            name: "Commands",
            dependencies: [
                "Age", "Canaries", "Contents", "Control", "Diagnosis", "Evidence", "Journal",
                "Linux", "Messages", "Policies", "Reviewing", "Scanning", "Sealing", argumentParser,
            ]),
        .executableTarget(
            name: "kanariad", dependencies: ["Guarding", "Linux", "Messages", "Policies"]),
        .executableTarget(name: "kanaria-deadline", dependencies: ["Deadline", "Linux"]),
        .executableTarget(name: "kanaria-inspector", dependencies: ["Inspecting", "Linux"]),
        .executableTarget(name: "kanaria-notifier", dependencies: ["Linux", "Notifying"]),
        .executableTarget(name: "kanaria", dependencies: ["Commands"]),
        // The attack simulator; C, so that it shares nothing with what it attacks.
        .executableTarget(
            name: "kanaria-attack", dependencies: ["CSodium"], path: "bench/attack",
            linkerSettings: [.linkedLibrary("sodium")]),
        // Loads and peers of the benchmark suite.
        .executableTarget(name: "kanaria-load", path: "bench/load"),
        // Judges files for the benchmark suite as the guard would.
        .executableTarget(
            name: "kanaria-judge", dependencies: ["Contents", "Linux"], path: "bench/judge"),
        // The other process in the tests of the sensors; C, since it makes calls of every kind.
        .executableTarget(name: "kanaria-actor", path: "Tests/SensingTests/Actor"),
        // One test target for each library, and some that cross them.
        .testTarget(name: "LinuxTests", dependencies: ["Linux"]),
        .testTarget(name: "SodiumTests", dependencies: ["Sodium"]),
        .testTarget(
            name: "ContentsTests", dependencies: ["Compression", "Contents"], exclude: ["Formats"]),
        .testTarget(
            name: "DetectionTests", dependencies: ["Contents", "Detection"], exclude: ["Scenarios"]),
        .testTarget(name: "PoliciesTests", dependencies: ["Messages", "Policies"]),
        .testTarget(name: "AgeTests", dependencies: ["Age", "PostQuantum", "Sodium"]),
        .testTarget(name: "CanariesTests", dependencies: ["Canaries", "Linux", "Sodium"]),
        .testTarget(name: "ControlTests", dependencies: ["Control", "Linux", "Messages"]),
        .testTarget(
            name: "JournalTests", dependencies: ["Journal", "Linux", "Messages", "Sodium"]),
        .testTarget(name: "AttributionTests", dependencies: ["Attribution", "Linux"]),
        .testTarget(name: "ResponseTests", dependencies: ["Linux", "Response", "Sodium"]),
        .testTarget(
            name: "EvidenceTests",
            dependencies: ["Compression", "Control", "Evidence", "Linux"]),
        .testTarget(name: "DeadlineTests", dependencies: ["Deadline", "Linux"]),
        .testTarget(
            name: "InspectingTests",
            dependencies: ["Contents", "Inspecting", "Linux", "kanaria-inspector"]),
        .testTarget(name: "SketchesTests", dependencies: ["Contents", "Linux", "Sketches"]),
        .testTarget(
            name: "NotifyingTests",
            dependencies: ["Alerts", "Linux", "Notifying", "Policies", "kanaria-notifier"]),
        .testTarget(
            name: "SensingTests", dependencies: ["Linux", "Sensing", "kanaria-actor"],
            exclude: ["Actor", "Scenarios"]),
        .testTarget(name: "ScanningTests", dependencies: ["Contents", "Linux", "Scanning"]),
        .testTarget(
            name: "SealingTests",
            dependencies: [
                "Age", "Commands", "Linux", "Messages", "Sealing", "Sodium", "kanaria",
            ],
            exclude: ["Vectors"]),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Age", "PostQuantum", "Sodium", "kanaria", "kanaria-notifier", "kanariad",
            ]),
        .testTarget(name: "AttackTests", dependencies: ["kanaria-attack"]),
        .testTarget(
            name: "GuardTests",
            dependencies: [
                "Linux", "kanaria", "kanaria-attack", "kanaria-deadline", "kanaria-inspector",
                "kanariad",
            ]),
        .testTarget(
            name: "GuardingTests",
            dependencies: [
                "Contents", "Control", "Detection", "Guarding", "Linux", "Policies", "Response",
            ]),
        .testTarget(name: "RepositoryTests"),
    ]
)

var crypto: Target.Dependency {
    .product(
        name: "Crypto", package: "swift-crypto", condition: .when(traits: ["PostQuantum"]))
}
var argumentParser: Target.Dependency {
    .product(name: "ArgumentParser", package: "swift-argument-parser")
}

// `make test-post-quantum` builds what these tests need and nothing else.
if Context.environment["KANARIA_PART"] == "seal" {
    var needed = ["AgeTests", "CommandsTests"]
    var place = 0
    while place < needed.count {
        let target = package.targets.first { $0.name == needed[place] }
        for case .byNameItem(let name, _) in target?.dependencies ?? []
        where !needed.contains(name) { needed.append(name) }
        place += 1
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products.removeAll { !needed.contains($0.name) }
}

// Targets in C take no Swift settings.
for target in package.targets
where ![
    "CCompression", "CCurl", "CLinux", "CMagic", "CSeccomp", "CSodium", "CYAML", "kanaria-actor",
    "kanaria-attack", "kanaria-load",
].contains(target.name) {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
