public import Control
internal import FoundationEssentials
public import Linux
internal import Messages

/// What a folder of evidence holds: its list, with the digest of each file.
public struct Manifest: Codable, Sendable, Equatable {
    /// One file.
    public struct File: Codable, Sendable, Equatable {
        /// Its name in the folder.
        public var name: String
        /// Its size.
        public var byteCount: UInt64
        /// BLAKE2b-256 of its bytes in hexadecimal digits, as `b2sum -l 256` prints it.
        public var blake2b: String
        /// The same of what it holds compressed; nil where it is not compressed.
        public var content: Content?
    }

    /// What a compressed file holds.
    public struct Content: Codable, Sendable, Equatable {
        /// Its size.
        public var byteCount: UInt64
        /// BLAKE2b-256 of its bytes.
        public var blake2b: String
    }

    /// The form of this list.
    public var version = 1
    /// The incident.
    public var incident: String
    /// The guard's version.
    public var program = Version.current
    /// When taking began.
    public var startedAt: UnixTime
    /// When everything was written.
    public var endedAt: UnixTime
    /// The processes, the actor first.
    public var processes: [Int32]
    /// How long the processes stood still for it; nil where they did not, or still do.
    public var heldMicroseconds: UInt64?
    /// Memory in the dumps.
    public var memoryByteCount: UInt64 = 0
    /// How long copying that took.
    public var memoryMicroseconds: UInt64 = 0
    /// The files, by name.
    public var files: [File] = []
    /// What could not be taken.
    public var lacks: [Degradation] = []

    /// Its name.
    public static let name: BytePath = "manifest.json"
    /// More than this is no manifest.
    static let byteLimit = 16 << 20

    /// Bytes of all files.
    public var byteCount: UInt64 { files.reduce(0) { $0 + $1.byteCount } }

    /// Reads a list; nil where it is none.
    public init?(_ bytes: [UInt8]) {
        guard let found = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)) else {
            return nil
        }
        self = found
    }

    init(incident: String, startedAt: UnixTime, processes: [Int32]) {
        (self.incident, self.startedAt, endedAt) = (incident, startedAt, startedAt)
        self.processes = processes
    }
}

/// JSON as the files of evidence have it: for people as well, always in the same order.
enum EvidenceJSON {
    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { Array($0) + [10] } ?? []
    }
}
