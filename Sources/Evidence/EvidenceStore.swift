public import Linux
internal import Sodium

/// Something in a folder of evidence that is not as its list says.
public struct EvidenceFault: Sendable, Equatable {
    /// What is wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// The folder has no list: taking was cut short, or it was removed.
        case noManifest = "no-manifest"
        /// The list is not the one whose digest the journal has.
        case otherManifest = "other-manifest"
        /// A file of the list is gone, or can't be read.
        case missing
        /// A file is not the one of the list.
        case altered
        /// A file is not in the list.
        case added
    }

    /// What is wrong.
    public var kind: Kind
    /// With which file of the folder.
    public var name: BytePath

    /// Names a fault.
    public init(_ kind: Kind, _ name: BytePath) { (self.kind, self.name) = (kind, name) }
}

/// Evidence of one incident, as it lies on the disk.
public struct StoredEvidence: Sendable {
    /// The incident.
    public var incident: String
    /// Its list; nil where it is not whole.
    public var manifest: Manifest?
    /// The digest of the file with the list, in hexadecimal digits; nil where there is none.
    public var digest: String?
    /// What it takes on the disk.
    public var allocatedByteCount: UInt64
}

/// The folder of all evidence.
public struct EvidenceStore: Sendable {
    private let root: BytePath

    /// Names the folder.
    public init(_ root: BytePath) { self.root = root }

    /// The evidence that there is, by incident.
    ///
    /// - Throws: what the kernel says when the folder can't be read.
    public func list() throws(Errno) -> [StoredEvidence] {
        let names = try FileDescriptor.open(root, [.readOnly, .directory]).entries()
            .filter { $0.kind == .directory || $0.kind == .unknown }.map(\.name.description)
        var found: [StoredEvidence] = []
        for name in names.sorted() { if let one = try? evidence(of: name) { found.append(one) } }
        return found
    }

    /// The evidence of one incident.
    ///
    /// - Throws: what the kernel says when there is none or it can't be read.
    public func evidence(of incident: String) throws(Errno) -> StoredEvidence {
        let folder = try open(incident)
        var stored = StoredEvidence(incident: incident, allocatedByteCount: 0)
        for entry in try folder.entries() {
            stored.allocatedByteCount += try folder.status(of: entry.name).allocatedByteCount
        }
        let bytes = try? folder.open(Manifest.name, [.readOnly, .noFollow]).readToEnd(
            limit: Manifest.byteLimit)
        stored.manifest = bytes.flatMap { Manifest($0) }
        stored.digest = bytes.flatMap { try? BLAKE2b.hash($0.span) }.map(Hexadecimal.text)
        return stored
    }

    /// Reads every file of an incident again and compares it with the list.
    ///
    /// - Parameters:
    ///   - incident: which one.
    ///   - digest: that of the list, as the journal has it; nil where that is not known.
    ///   - progress: called with the name of each file before it is read.
    /// - Returns: what is wrong; empty where nothing is.
    /// - Throws: what the kernel says when there is none or its folder can't be read.
    public func verify(
        _ incident: String, digest: String?, progress: (String) -> Void = { _ in }
    ) throws(Errno) -> [EvidenceFault] {
        let folder = try open(incident)
        let stored = try evidence(of: incident)
        guard let manifest = stored.manifest else {
            return [EvidenceFault(.noManifest, Manifest.name)]
        }
        var faults: [EvidenceFault] = []
        if let digest, digest != stored.digest {
            faults.append(EvidenceFault(.otherManifest, Manifest.name))
        }
        for file in manifest.files {
            progress(file.name)
            let name = BytePath(file.name)
            // A list that was tampered with must not lead elsewhere.
            let found =
                name.bytes.contains(UInt8(ascii: "/"))
                ? nil
                : try? FileDigest.of(folder.open(name, [.readOnly, .noFollow, .nonBlocking]))
            if found == nil {
                faults.append(EvidenceFault(.missing, name))
            } else if found?.byteCount != file.byteCount || found?.blake2b != file.blake2b {
                faults.append(EvidenceFault(.altered, name))
            }
        }
        let known = Set(manifest.files.map { BytePath($0.name) } + [Manifest.name])
        for entry in try folder.entries() where !known.contains(entry.name) {
            faults.append(EvidenceFault(.added, entry.name))
        }
        return faults
    }

    private func open(_ incident: String) throws(Errno) -> FileDescriptor {
        let name = BytePath(incident)
        guard !name.bytes.contains(UInt8(ascii: "/")), !incident.hasPrefix("."), !incident.isEmpty
        else { throw .noSuchFile }
        return try FileDescriptor.open(root.appending(name), [.readOnly, .directory, .noFollow])
    }
}
