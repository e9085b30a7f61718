public import Age
public import Linux
internal import Sodium

/// Gives a sealed file another header; nobody's copy of the file key is taken back by that.
public struct Rekeying: Sendable {
    /// The keys to open the old header with.
    public var identities: [any Identity]
    /// Who can open the file from now on besides those who keep their stanza.
    public var added: [any Recipient] = []
    /// Who loses the stanza; only those whose key the stanza tells.
    public var removed: [any Recipient] = []
    /// Whether everybody loses the stanza but those added.
    public var dropsOthers = false
    /// The issuer of the signed policy, who signs it anew; without it the policy is dropped.
    public var signer: SigningKey?
    /// Caps on what a header may demand.
    public var limits = Limits.standard

    /// Opens with identities and changes nothing yet.
    public init(identities: [any Identity]) {
        self.identities = identities
    }

    /// What became of a file.
    public struct Outcome: Equatable, Sendable {
        /// Stanzas of recipients in the new header.
        public var recipientCount: Int
        /// Whether a signed policy went because nobody signed anew.
        public var droppedPolicy: Bool
        /// Other names of the same file, which still have the old header.
        public var otherNameCount: Int
    }

    /// Puts a file with the new header and the same payload in the place of the old one.
    ///
    /// The payload is copied byte by byte and not authenticated. The new file has the old mode.
    ///
    /// - Throws: `RekeyError`; the old file is as it was then.
    public func rekey(_ path: BytePath) throws(RekeyError) -> Outcome {
        let sealed = try open(path)
        let key = try unwrap(sealed)
        let (header, outcome) = try newHeader(sealed, key)
        let output: AtomicFile
        do throws(Errno) {
            output = try AtomicFile(in: path.parent)
        } catch {
            throw .output(path, error)
        }
        do throws(RekeyError) {
            try write(header, sealed, to: output, path)
            try checkUnchanged(sealed)
        } catch {
            output.abandon()
            throw error
        }
        do throws(Errno) {
            try output.commit(as: path.lastComponent, replacing: true)
        } catch {
            throw .output(path, error)
        }
        return outcome
    }

    private func open(_ path: BytePath) throws(RekeyError) -> SealedFile {
        do throws(UnlockError) {
            let sealed = try SealedFile(.path(path), limits: limits)
            if sealed.status.kind == .regular { return sealed }
        } catch {
            throw .open(error)
        }
        throw .open(.sourceNotRegular(path))
    }

    private func unwrap(_ sealed: borrowing SealedFile) throws(RekeyError) -> FileKey {
        do throws(UnwrapError) {
            return try sealed.header.unwrap(identities, limits: limits)
        } catch {
            throw .open(.unwrap(sealed.path, error))
        }
    }

    private func newHeader(
        _ sealed: borrowing SealedFile, _ key: borrowing FileKey
    ) throws(RekeyError) -> (Header, Outcome) {
        var stanzas = try kept(sealed.header) + wrapped(key)
        if stanzas.isEmpty { throw .nobodyLeft }
        do throws(WrapError) { try Recipients.check(stanzas) } catch { throw .wrap(error) }
        let isSigned = sealed.header.stanzas.contains(where: SignedPolicy.isPart)
        let outcome = Outcome(
            recipientCount: stanzas.count, droppedPolicy: isSigned && signer == nil,
            otherNameCount: Int(sealed.status.linkCount) - 1)
        if let signer { stanzas = try signed(sealed.header, stanzas, signer, key) }
        do throws(HeaderError) {
            return (try Header(stanzas: stanzas, fileKey: key), outcome)
        } catch {
            throw .wrap(.header(error))
        }
    }

    private func wrapped(_ key: borrowing FileKey) throws(RekeyError) -> [Stanza] {
        if added.isEmpty { return [] }
        do throws(WrapError) {
            return try Recipients.wrap(key, to: added, threads: Parallel.threads)
        } catch {
            throw .wrap(error)
        }
    }

    /// The old stanzas that stay.
    private func kept(_ header: Header) throws(RekeyError) -> [Stanza] {
        if dropsOthers { return [] }
        var stanzas = header.stanzas.filter { !SignedPolicy.isPart($0) }
        for recipient in removed {
            guard let recipient = recipient as? SSHEd25519Recipient else { throw .anonymous }
            var others = [Stanza]()
            do throws(SodiumError) {
                for stanza in stanzas {
                    if try !recipient.owns(stanza) { others.append(stanza) }
                }
            } catch {
                throw .wrap(.sodium(error))
            }
            if others.count == stanzas.count { throw .notThere(recipient.text) }
            stanzas = others
        }
        return stanzas
    }

    private func signed(
        _ header: Header, _ stanzas: [Stanza], _ signer: SigningKey, _ key: borrowing FileKey
    ) throws(RekeyError) -> [Stanza] {
        do throws(SignatureError) {
            guard let old = try SignedPolicy(header) else { throw .missing }
            let kept: Set<String> = dropsOthers ? [] : Set(old.policy.recipients)
            let names = kept.subtracting(try Fingerprint.all(removed))
                .union(try Fingerprint.all(added))
            return try old.resigned(naming: names.sorted(), stanzas, by: signer, key)
        } catch {
            throw .signature(error)
        }
    }

    private func write(
        _ header: Header, _ sealed: borrowing SealedFile, to output: borrowing AtomicFile,
        _ path: BytePath
    ) throws(RekeyError) {
        do throws(TransferError) {
            let file: FileDescriptor
            do throws(Errno) { file = try output.file.duplicate() } catch { throw .write(error) }
            if sealed.isRandomAccess {
                try copyPayload(sealed, to: file, behind: header.encoded())
            } else {
                let bytes = DescriptorSink(file)
                let sink: any ByteSink = sealed.isArmored ? ArmorSink(bytes) : bytes
                try pass(header.encoded(), sealed.rest, to: sink)
            }
            do throws(Errno) {
                let status = sealed.status
                // Not everybody may give files away; the new one is the caller's then.
                try? output.file.setOwner(user: status.user, group: status.group)
                try output.file.setPermissions(UInt32(status.permissions))
            } catch {
                throw .write(error)
            }
        } catch {
            throw .transfer(error, path)
        }
    }

    private func copyPayload(
        _ sealed: borrowing SealedFile, to file: borrowing FileDescriptor, behind header: [UInt8]
    ) throws(TransferError) {
        let start = UInt64(sealed.headerByteCount)
        let input: FileDescriptor
        do throws(Errno) { input = try sealed.descriptor() } catch { throw .read(error) }
        do throws(Errno) {
            try file.writeAll(header.span)
            let rest = sealed.status.byteCount - start
            if try file.append(from: input, at: start, count: rest) == rest { return }
        } catch {
            throw .write(error)
        }
        throw .sourceShrank
    }

    private func pass(
        _ header: [UInt8], _ rest: any ByteSource, to sink: any ByteSink
    ) throws(TransferError) {
        try sink.write(header.span)
        var buffer = [UInt8](repeating: 0, count: Constants.chunk)
        while true {
            var span = buffer.mutableSpan
            let count = try rest.fill(&span)
            if count == 0 { break }
            try sink.write(buffer.span.extracting(0..<count))
        }
        try sink.finish()
    }

    /// Nobody's changes are overwritten.
    private func checkUnchanged(_ sealed: borrowing SealedFile) throws(RekeyError) {
        let old = sealed.status
        let now = try? FileStatus.of(sealed.path)
        guard let now, now.device == old.device, now.inode == old.inode,
            now.byteCount == old.byteCount, now.modified == old.modified,
            now.changed == old.changed
        else { throw .changed(sealed.path) }
    }
}
