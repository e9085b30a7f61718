public import Age
public import Linux
internal import Sodium

/// How to open sealed files.
public struct Unlocking: Sendable {
    /// The keys to try.
    public var identities: [any Identity]
    /// Threads that open one file.
    public var threads: Int
    /// Caps on what a header may demand.
    public var limits = Limits.standard
    /// What signatures must satisfy.
    public var demands = SignatureDemands()

    /// Opens with identities and as many threads as there are processors.
    public init(identities: [any Identity]) {
        self.identities = identities
        threads = Parallel.threads
    }

    /// Opens one file; `.nowhere` only authenticates it.
    ///
    /// On standard output everything was written before the payload could be compared with what
    /// was signed; a failure then says that it must not be used.
    ///
    /// - Returns: what its signature is worth; nil where it has none.
    /// - Throws: `UnlockError`; nothing stands under the output's name then.
    @discardableResult
    public func unlock(
        _ source: Source, to destination: Destination, _ progress: Progress = Progress()
    ) throws(UnlockError) -> SignatureFinding? {
        let sealed = try SealedFile(source, limits: limits)
        let key = try unwrap(sealed)
        switch destination {
        case .path(let path):
            let output: SealedOutput
            do throws(Errno) {
                output = try SealedOutput(path)
            } catch {
                throw .naming(path, error)
            }
            do throws(UnlockError) {
                try open(sealed, key, into: try descriptor(of: output, path), path, progress)
            } catch {
                output.abandon()
                throw error
            }
            do throws(Errno) {
                try output.commit()
            } catch {
                throw .naming(path, error)
            }
        case .standardOutput:
            let output = FileDescriptor(owning: 1)
            let sink: any ByteSink =
                output.isTerminal ? TerminalSink(output) : DescriptorSink(output)
            try stream(sealed, key, into: sink, "-", progress)
        case .nowhere:
            try open(sealed, key, into: nil, "-", progress)
        }
        return key.finding
    }

    /// Opens one sealed folder and unpacks it as a new folder.
    ///
    /// - Returns: what its signature is worth; nil where it has none.
    /// - Throws: `UnlockError`; nothing stands under the output's name then.
    @discardableResult
    public func unpack(
        _ source: Source, to path: BytePath, _ progress: Progress = Progress()
    ) throws(UnlockError) -> SignatureFinding? {
        let sealed = try SealedFile(source, limits: limits)
        let key = try unwrap(sealed)
        let output: FolderOutput
        do throws(Errno) {
            output = try FolderOutput(path)
        } catch {
            throw .naming(path, error)
        }
        do throws(UnlockError) {
            let sink = FolderSink(try folder(of: output, path))
            try stream(sealed, key, into: sink, path, progress)
        } catch {
            output.abandon()
            throw error
        }
        do throws(Errno) {
            try output.commit()
        } catch {
            throw .naming(path, error)
        }
        return key.finding
    }

    /// Tells what is in a sealed folder.
    ///
    /// - Returns: the entries, once all of the file was authenticated, and what its signature is worth.
    /// - Throws: `UnlockError.folder` with `.malformedArchive(at: 0)` where no folder was sealed.
    public func list(
        _ source: Source, _ progress: Progress = Progress()
    ) throws(UnlockError) -> (entries: [FolderEntry], finding: SignatureFinding?) {
        let sealed = try SealedFile(source, limits: limits)
        let key = try unwrap(sealed)
        let sink = ListingSink()
        try stream(sealed, key, into: sink, sealed.path, progress)
        return (sink.entries, key.finding)
    }

    private func folder(
        of output: borrowing FolderOutput, _ path: BytePath
    ) throws(UnlockError) -> FileDescriptor {
        do throws(Errno) { return try output.folder() } catch { throw .output(path, error) }
    }

    /// A file key and what the signature beside it is worth.
    struct JudgedKey: ~Copyable {
        let fileKey: FileKey
        let finding: SignatureFinding?
    }

    private func unwrap(_ sealed: borrowing SealedFile) throws(UnlockError) -> JudgedKey {
        let key: FileKey
        do throws(UnwrapError) {
            key = try sealed.header.unwrap(identities, limits: limits, threads: threads)
        } catch {
            throw .unwrap(sealed.path, error)
        }
        let finding: SignatureFinding?
        do throws(SignatureError) {
            finding = try demands.judge(sealed.header, key)
        } catch {
            throw .policy(sealed.path, error)
        }
        return JudgedKey(fileKey: key, finding: finding)
    }

    private func check(
        _ digest: [UInt8]?, _ key: borrowing JudgedKey, _ path: BytePath
    ) throws(UnlockError) {
        do throws(SignatureError) {
            try key.finding?.signed.verify(payloadDigest: digest)
        } catch {
            throw .policy(path, error)
        }
    }

    private func descriptor(
        of output: borrowing SealedOutput, _ path: BytePath
    ) throws(UnlockError) -> FileDescriptor {
        do throws(Errno) { return try output.file() } catch { throw .output(path, error) }
    }

    func open(
        _ sealed: borrowing SealedFile, _ key: borrowing JudgedKey,
        into file: consuming FileDescriptor?, _ path: BytePath, _ progress: Progress
    ) throws(UnlockError) {
        guard sealed.isRandomAccess else {
            let sink: any ByteSink
            if let file = consume file { sink = DescriptorSink(file) } else { sink = NullSink() }
            return try stream(sealed, key, into: sink, path, progress)
        }
        let (opener, digester) = try self.opener(sealed, key)
        let byteCount = try sealed.payloadByteCount()
        let layout: PayloadLayout
        do throws(PayloadError) {
            layout = try PayloadLayout(ciphertextCount: byteCount)
        } catch {
            throw .payload(sealed.path, error)
        }
        let plan = FilePlan(
            codec: .open(opener), layout: layout,
            inputBase: UInt64(sealed.headerByteCount + Constants.nonce), outputBase: 0,
            threads: threads, digest: digester)
        let input: FileDescriptor
        do throws(Errno) {
            input = try sealed.descriptor()
        } catch {
            throw .source(sealed.path, error)
        }
        let pipeline = FilePipeline(input, to: file, plan, progress)
        let digest: [UInt8]?
        do throws(TransferError) {
            digest = try pipeline.run()
        } catch {
            throw .transfer(error, sealed.path, path)
        }
        try check(digest, key, sealed.path)
    }

    private func opener(
        _ sealed: borrowing SealedFile, _ key: borrowing JudgedKey
    ) throws(UnlockError) -> (ChunkOpener, PayloadDigest?) {
        let (opener, nonce) = try sealed.opener(key.fileKey)
        if key.finding == nil { return (opener, nil) }
        do throws(SodiumError) { return (opener, try PayloadDigest(nonce: nonce)) } catch {
            throw .sodium(error)
        }
    }

    private func stream(
        _ sealed: borrowing SealedFile, _ key: borrowing JudgedKey, into sink: any ByteSink,
        _ path: BytePath, _ progress: Progress
    ) throws(UnlockError) {
        let (opener, digester) = try self.opener(sealed, key)
        var pipeline = StreamPipeline(
            .open(opener), threads: threads, progress, digest: digester)
        let digest: [UInt8]?
        do throws(TransferError) {
            digest = try pipeline.run(from: sealed.rest, to: sink)
        } catch {
            throw .transfer(error, sealed.path, path)
        }
        try check(digest, key, sealed.path)
    }
}
