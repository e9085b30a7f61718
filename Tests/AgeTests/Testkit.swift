import Age
import Foundation
import PostQuantum
import Testing

/// One file of the CCTV age test kit.
struct Vector: CustomTestStringConvertible, Sendable {
    let name: String
    let expect: String
    let payloadHash: String?
    let fileKey: String?
    let identities: [String]
    let passphrases: [String]
    let isArmored: Bool
    let isCompressed: Bool
    let body: [UInt8]

    var testDescription: String { name }

    /// Whether it takes a build with the trait `PostQuantum`.
    var needsHybrid: Bool { identities.contains { $0.hasPrefix("AGE-SECRET-KEY-PQ-") } }

    func file() throws -> [UInt8] {
        guard isCompressed else { return body }
        return try run(
            "/usr/bin/python3",
            [
                "-c",
                "import sys,zlib;sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))",
            ],
            input: body
        ).output
    }

    func keys() throws -> [any Identity] {
        var keys: [any Identity] = []
        for text in identities { keys.append(try IdentityText.parse(Array(text.utf8).span)) }
        for text in passphrases {
            keys.append(try ScryptIdentity(passphrase: Array(text.utf8).span))
        }
        return keys
    }
}

/// The files of the test kit, where they lie beside the project.
///
/// Source: C2SP/CCTV, age/testdata, 2026-06-05.
enum Testkit {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("../shared/vectors/age-testkit").standardizedFileURL

    static let all: [Vector] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { try? read($0) }
    }()

    /// Those that this build can be held to.
    static let vectors = all.filter { XWing.isBuilt || !$0.needsHybrid }

    static func read(_ name: String) throws -> Vector? {
        let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
        var values: [String: [String]] = [:]
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes[start..<end], as: UTF8.self)
            start = end + 1
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 2 else { return nil }
            values[parts[0], default: []].append(parts[1])
        }
        guard let expect = values["expect"]?.first else { return nil }
        return Vector(
            name: name, expect: expect, payloadHash: values["payload"]?.first,
            fileKey: values["file key"]?.first, identities: values["identity"] ?? [],
            passphrases: values["passphrase"] ?? [], isArmored: values["armored"] != nil,
            isCompressed: values["compressed"] != nil, body: Array(bytes[start...]))
    }
}

/// The class of an error in the words of the test kit.
func category(_ error: AgeError) -> String {
    switch error {
    case .unwrap(.noMatch): "no match"
    case .unwrap(.headerMACMismatch): "HMAC failure"
    case .header, .unwrap, .wrap, .payload(.missingNonce): "header failure"
    case .payload: "payload failure"
    case .armor: "armor failure"
    }
}

/// Runs a program with its input in a file, so that no pipe can fill.
func run(
    _ program: String, _ arguments: [String], input: [UInt8]
) throws -> (output: [UInt8], status: Int32) {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("in")
    let target = folder.appendingPathComponent("out")
    try Data(input).write(to: source)
    try Data().write(to: target)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = try FileHandle(forWritingTo: target)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (Array(try Data(contentsOf: target)), process.terminationStatus)
}

func scratch() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("age-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}
