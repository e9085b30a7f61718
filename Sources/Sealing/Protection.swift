public import Age
public import Linux

/// How to seal.
public struct Protection: Sendable {
    /// Who can open the files.
    public var recipients: [any Recipient]
    /// Whether to write text instead of bytes.
    public var isArmored = false
    /// Whether to remove the source once the sealed file was read back and authenticated.
    public var removesSource = false
    /// Threads that seal one file.
    public var threads: Int
    /// Who vouches for the files; nil leaves them unsigned.
    public var signing: Signing?
    /// The files whose content was looked through, all others counting as changed; nil admits all.
    public var reviewed: Set<FileStamp>?
    /// Where signed files wait for their header if their output can't be rewound.
    public var spoolFolder: BytePath = "/tmp"

    /// Seals to recipients with as many threads as there are processors.
    public init(recipients: [any Recipient]) {
        self.recipients = recipients
        threads = Parallel.threads
    }

    /// Seals one source.
    ///
    /// - Throws: `ProtectError`; nothing stands under the output's name then.
    public func protect(
        _ source: Source, to destination: Destination, _ progress: Progress = Progress()
    ) throws(ProtectError) {
        let opened = try open(source)
        try checkRemovable(opened, source, destination)
        let sealing = try NewHeader(recipients, signing)
        switch destination {
        case .path(let path):
            let output: SealedOutput
            do throws(Errno) {
                output = try SealedOutput(path)
            } catch {
                throw .naming(path, error)
            }
            do throws(ProtectError) {
                let file = try descriptor(of: output, path)
                try seal(opened, source, into: file, path, sealing, progress)
                try checkUnchanged(opened, source)
            } catch {
                output.abandon()
                throw error
            }
            try commit(output, path)
            if removesSource {
                try removeSource(opened, source.path, sealed: path, sealing.fileKey)
            }
        case .standardOutput:
            try stream(opened, source, to: FileDescriptor(owning: 1), sealing, progress)
        case .nowhere: break
        }
    }

    /// Seals to an output without a name; bytes would garble a terminal.
    func stream(
        _ opened: borrowing OpenedSource, _ source: Source, to file: consuming FileDescriptor,
        _ header: borrowing NewHeader, _ progress: Progress
    ) throws(ProtectError) {
        if !isArmored, file.isTerminal { throw .outputIsTerminal }
        try seal(opened, source, into: file, "-", header, progress)
        try checkUnchanged(opened, source)
    }

    private func open(_ source: Source) throws(ProtectError) -> OpenedSource {
        var reason = ProtectError.sourceNotRegular(source.path)
        do throws(Errno) {
            let opened = try OpenedSource(source, isRemoved: removesSource)
            let kind = opened.status.kind
            if source == .standardInput || kind == .regular || kind == .directory {
                let isKnown = reviewed?.contains(opened.status.stamp) != false
                if kind != .regular || isKnown { return opened }
                reason = .sourceChanged(source.path)
            }
        } catch {
            throw error == .symbolicLink
                ? .sourceIsLink(source.path) : .source(source.path, error)
        }
        throw reason
    }

    private func descriptor(
        of output: borrowing SealedOutput, _ path: BytePath
    ) throws(ProtectError) -> FileDescriptor {
        do throws(Errno) { return try output.file() } catch { throw .output(path, error) }
    }

    private func commit(
        _ output: consuming SealedOutput, _ path: BytePath
    ) throws(ProtectError) {
        do throws(Errno) {
            try output.commit()
        } catch {
            throw .naming(path, error)
        }
    }

    private func checkUnchanged(
        _ opened: borrowing OpenedSource, _ source: Source
    ) throws(ProtectError) {
        if opened.status.kind == .regular, !opened.isUnchanged() {
            throw .sourceChanged(source.path)
        }
    }

    private func seal(
        _ opened: borrowing OpenedSource, _ source: Source, into file: consuming FileDescriptor,
        _ path: BytePath, _ header: borrowing NewHeader, _ progress: Progress
    ) throws(ProtectError) {
        do throws(TransferError) {
            let input: FileDescriptor
            do throws(Errno) {
                input = try opened.file.duplicate()
            } catch {
                throw .read(error)
            }
            if opened.status.kind == .regular, source != .standardInput, path != "-", !isArmored {
                try sealFile(input, opened.status.byteCount, file, header, progress)
            } else {
                let plain: any ByteSource =
                    opened.status.kind == .directory
                    ? try FolderSource(input, opened.packed, reviewed: reviewed)
                    : DescriptorSource(input)
                let isRewindable = path != "-" && !isArmored
                if isRewindable { return try sealBehindHeader(plain, file, header, progress) }
                let bytes = DescriptorSink(file)
                let sink: any ByteSink = isArmored ? ArmorSink(bytes) : bytes
                let folder = path == "-" ? spoolFolder : path.parent
                try sealStream(plain, sink, header, folder, progress)
            }
        } catch {
            throw .transfer(error, source.path, path)
        }
    }

    private func sealFile(
        _ input: consuming FileDescriptor, _ byteCount: UInt64, _ file: consuming FileDescriptor,
        _ header: borrowing NewHeader, _ progress: Progress
    ) throws(TransferError) {
        let output: FileDescriptor
        do throws(Errno) { output = try file.duplicate() } catch { throw .write(error) }
        let plan = FilePlan(
            codec: .seal(header.sealer), layout: PayloadLayout(plaintextCount: byteCount),
            inputBase: 0, outputBase: UInt64(header.prefixByteCount), threads: threads,
            digest: header.payloadDigest)
        let digest = try FilePipeline(input, to: output, plan, progress).run()
        try write(try header.prefix(digest), atStartOf: file)
    }

    private func write(
        _ prefix: [UInt8], atStartOf file: borrowing FileDescriptor
    ) throws(TransferError) {
        do throws(Errno) { try file.writeAll(prefix.span, at: 0) } catch { throw .write(error) }
    }

    /// Seals into a file whose beginning is written last.
    private func sealBehindHeader(
        _ plain: any ByteSource, _ file: consuming FileDescriptor,
        _ header: borrowing NewHeader, _ progress: Progress
    ) throws(TransferError) {
        let output: FileDescriptor
        do throws(Errno) { output = try file.duplicate() } catch { throw .write(error) }
        let target = PlacedFile(output, from: UInt64(header.prefixByteCount))
        let digest = try seal(plain, NullSink(), header, progress, target)
        try write(try header.prefix(digest), atStartOf: file)
    }

    /// Seals into what is written once from front to back.
    ///
    /// A signature stands before the payload and covers it, so a signed payload waits in a file
    /// without a name.
    private func sealStream(
        _ plain: any ByteSource, _ sink: any ByteSink, _ header: borrowing NewHeader,
        _ spoolFolder: BytePath, _ progress: Progress
    ) throws(TransferError) {
        guard header.payloadDigest != nil else {
            let prefix = try header.prefix()
            try sink.write(prefix.span)
            _ = try seal(plain, sink, header, progress)
            return
        }
        let spool = try Spool(in: spoolFolder)
        var failure: TransferError?
        do throws(TransferError) {
            try pass(plain, through: spool, to: sink, header, progress)
        } catch {
            failure = error
        }
        spool.abandon()
        if let failure { throw failure }
    }

    private func pass(
        _ plain: any ByteSource, through spool: borrowing Spool, to sink: any ByteSink,
        _ header: borrowing NewHeader, _ progress: Progress
    ) throws(TransferError) {
        let digest = try seal(plain, spool.sink(), header, progress)
        let prefix = try header.prefix(digest)
        try sink.write(prefix.span)
        try spool.copy(to: sink)
        try sink.finish()
    }

    private func seal(
        _ plain: any ByteSource, _ sink: any ByteSink, _ header: borrowing NewHeader,
        _ progress: Progress, _ target: PlacedFile? = nil
    ) throws(TransferError) -> [UInt8]? {
        var pipeline = StreamPipeline(
            .seal(header.sealer), threads: threads, progress, digest: header.payloadDigest,
            target: target)
        return try pipeline.run(from: plain, to: sink)
    }
}
