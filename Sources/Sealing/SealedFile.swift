internal import Age
internal import Linux

/// A sealed file that is open, its header read but not believed yet.
struct SealedFile: ~Copyable {
    /// Where it lies, for errors.
    let path: BytePath
    /// The header as it stands.
    let header: Header
    /// Bytes of the encoded header.
    let headerByteCount: Int
    /// Whether it is text.
    let isArmored: Bool
    /// State when it was opened.
    let status: FileStatus
    /// What comes behind the header, decoded.
    let rest: any ByteSource
    private let file: OpenedSource

    /// Opens and reads a header of bounded size.
    init(_ source: Source, limits: Limits = .standard) throws(UnlockError) {
        let opened = try Self.open(source)
        let front = try Self.readFront(opened, source, limits)
        path = source.path
        header = front.header
        headerByteCount = front.headerByteCount
        isArmored = front.isArmored
        rest = front.rest
        status = opened.status
        file = opened
    }

    /// What the beginning of a file gives.
    private struct Front {
        var header: Header
        var headerByteCount: Int
        var isArmored: Bool
        var rest: any ByteSource
    }

    private static func open(_ source: Source) throws(UnlockError) -> OpenedSource {
        do throws(Errno) { return try OpenedSource(source) } catch {
            throw .source(source.path, error)
        }
    }

    private static func readFront(
        _ opened: borrowing OpenedSource, _ source: Source, _ limits: Limits
    ) throws(UnlockError) -> Front {
        if opened.status.kind == .directory { throw .sourceNotRegular(source.path) }
        do throws(HeaderOrTransfer) {
            var input: any ByteSource = DescriptorSource(try duplicate(opened))
            var prefix = try more(input)
            let isArmored = Armor.isArmored(prefix.span)
            if isArmored {
                input = ArmorSource(PrefixedSource(prefix, then: input))
                prefix = try more(input)
            }
            let (header, count) = try parse(&prefix, input, limits)
            let rest = PrefixedSource(Array(prefix[count...]), then: input)
            return Front(header: header, headerByteCount: count, isArmored: isArmored, rest: rest)
        } catch {
            switch error {
            case .header(let error): throw .header(source.path, error)
            case .transfer(let error): throw .transfer(error, source.path, source.path)
            }
        }
    }

    private static func duplicate(
        _ opened: borrowing OpenedSource
    ) throws(HeaderOrTransfer) -> FileDescriptor {
        do throws(Errno) {
            return try opened.file.duplicate()
        } catch {
            throw .transfer(.read(error))
        }
    }

    private enum HeaderOrTransfer: Error {
        case header(HeaderError)
        case transfer(TransferError)
    }

    private static func more(_ input: any ByteSource) throws(HeaderOrTransfer) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Constants.chunk)
        var span = bytes.mutableSpan
        do throws(TransferError) {
            let count = try input.fill(&span)
            bytes.removeLast(bytes.count - count)
            return bytes
        } catch {
            throw .transfer(error)
        }
    }

    private static func parse(
        _ prefix: inout [UInt8], _ input: any ByteSource, _ limits: Limits
    ) throws(HeaderOrTransfer) -> (Header, Int) {
        while true {
            do throws(HeaderError) {
                return try Header.parse(prefix.span, limits: limits)
            } catch {
                guard error == .truncated, prefix.count <= limits.headerBytes else {
                    throw .header(error)
                }
            }
            let added = try more(input)
            if added.isEmpty { throw .header(.truncated) }
            prefix += added
        }
    }

    /// Whether chunks can be read at any place.
    var isRandomAccess: Bool { status.kind == .regular && !isArmored && path != "-" }

    /// Another descriptor for the sealed file.
    borrowing func descriptor() throws(Errno) -> FileDescriptor {
        try file.file.duplicate()
    }

    /// Takes the nonce from the front of `rest` and makes the opener of the chunks behind it.
    borrowing func opener(
        _ key: borrowing FileKey
    ) throws(UnlockError) -> (opener: ChunkOpener, nonce: [UInt8]) {
        var nonce = [UInt8](repeating: 0, count: Constants.nonce)
        var span = nonce.mutableSpan
        let count: Int
        do throws(TransferError) {
            count = try rest.fill(&span)
        } catch {
            throw .transfer(error, path, path)
        }
        guard count == Constants.nonce else { throw .payload(path, .missingNonce) }
        do throws(PayloadError) {
            return (try ChunkOpener(fileKey: key, nonce: nonce.span), nonce)
        } catch {
            throw .payload(path, error)
        }
    }

    /// Sealed bytes behind header and nonce.
    borrowing func payloadByteCount() throws(UnlockError) -> UInt64 {
        let start = UInt64(headerByteCount + Constants.nonce)
        guard status.byteCount >= start else { throw .payload(path, .missingNonce) }
        return status.byteCount - start
    }
}
