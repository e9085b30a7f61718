internal import Age
public import Linux
internal import Sodium

/// What was got out of a damaged file.
public struct Recovery: Equatable, Sendable {
    /// Plaintext places that hold nothing authentic, in order and not touching one another.
    public internal(set) var holes: [Range<UInt64>] = []
    /// Authentic bytes.
    public internal(set) var authenticByteCount: UInt64 = 0
    /// Bytes of the output, holes included.
    public internal(set) var byteCount: UInt64 = 0
    /// Whether the chunk that ends the payload is there; nobody knows how much follows otherwise.
    public internal(set) var hasEnd = false
    /// Whether something follows that chunk.
    public internal(set) var hasTrailingBytes = false
    /// Whether the header is as its writer wrote it.
    public internal(set) var isHeaderAuthentic = true
    /// Whether the authentic beginning looks like the tar stream of a folder.
    public internal(set) var isFolder = false

    /// Whether nothing is missing.
    public var isWhole: Bool { holes.isEmpty && hasEnd && !hasTrailingBytes && isHeaderAuthentic }

    mutating func add(hole: Range<UInt64>) {
        byteCount = hole.upperBound
        if let last = holes.last, last.upperBound == hole.lowerBound {
            holes[holes.count - 1] = last.lowerBound..<hole.upperBound
        } else {
            holes.append(hole)
        }
    }
}

extension Unlocking {
    /// Writes the authentic chunks of a damaged file to their places in a new one.
    ///
    /// Chunks are found by their places, so whatever lies behind inserted or missing bytes is lost.
    /// A header that was changed is used nevertheless if it still gives the file key: every chunk
    /// proves by itself that the key is right.
    ///
    /// - Returns: what was found.
    /// - Throws: `UnlockError` if there is nothing authentic at all; nothing is written then.
    public func recover(
        _ source: Source, to path: BytePath, _ progress: Progress = Progress()
    ) throws(UnlockError) -> Recovery {
        let sealed = try SealedFile(source, limits: limits)
        var found = Recovery()
        let key = try unwrapDespiteDamage(sealed, &found)
        if found.isHeaderAuthentic { try judge(sealed, key) }
        let chunks = try SealedChunks(sealed, key)
        let output: SealedOutput
        do throws(Errno) {
            output = try SealedOutput(path)
        } catch {
            throw .naming(path, error)
        }
        do throws(UnlockError) {
            do throws(Errno) {
                let file = try output.file()
                try chunks.write(to: file, &found, progress)
                try file.truncate(to: found.byteCount)
            } catch {
                throw .output(path, error)
            }
            if found.authenticByteCount == 0, !found.isWhole {
                throw .payload(sealed.path, .authenticationFailed(chunk: 0))
            }
        } catch {
            output.abandon()
            throw error
        }
        do throws(Errno) {
            try output.commit()
        } catch {
            throw .naming(path, error)
        }
        return found
    }

    /// Terms hold for parts as well, though no signature vouches for a part.
    private func judge(
        _ sealed: borrowing SealedFile, _ key: borrowing FileKey
    ) throws(UnlockError) {
        do throws(SignatureError) {
            _ = try demands.judge(sealed.header, key)
        } catch {
            throw .policy(sealed.path, error)
        }
    }

    private func unwrapDespiteDamage(
        _ sealed: borrowing SealedFile, _ found: inout Recovery
    ) throws(UnlockError) -> FileKey {
        do throws(UnwrapError) {
            do throws(UnwrapError) {
                return try sealed.header.unwrap(identities, limits: limits)
            } catch {
                guard error == .headerMACMismatch else { throw error }
            }
            found.isHeaderAuthentic = false
            for identity in identities {
                if let key = try identity.unwrap(sealed.header.stanzas, limits: limits) {
                    return key
                }
            }
            throw .noMatch
        } catch {
            throw .unwrap(sealed.path, error)
        }
    }
}

/// The chunks of a payload that may be damaged, one after another.
private struct SealedChunks: ~Copyable {
    private let rest: any ByteSource
    private let opener: ChunkOpener
    private let file: FileDescriptor
    /// Whether unreadable sectors can be stepped over.
    private let isRandomAccess: Bool
    private let start: UInt64

    init(_ sealed: borrowing SealedFile, _ key: borrowing FileKey) throws(UnlockError) {
        let (opener, _) = try sealed.opener(key)
        let file = try Self.descriptor(of: sealed)
        self.opener = opener
        self.file = file
        start = UInt64(sealed.headerByteCount + Constants.nonce)
        isRandomAccess = sealed.isRandomAccess
        rest = sealed.rest
    }

    private static func descriptor(
        of sealed: borrowing SealedFile
    ) throws(UnlockError) -> FileDescriptor {
        do throws(Errno) { return try sealed.descriptor() } catch {
            throw .source(sealed.path, error)
        }
    }

    /// Writes what is authentic to its place, and notes the rest.
    consuming func write(
        to output: borrowing FileDescriptor, _ found: inout Recovery, _ progress: Progress
    ) throws(Errno) {
        var chunk: UInt64 = 0
        while let (bytes, isReadable) = next(chunk) {
            let place = chunk * UInt64(Constants.chunk)
            let isShort = bytes.count < Constants.sealedChunk
            if isReadable, let (plain, isLast) = open(bytes, chunk, isShort) {
                if chunk == 0 { found.isFolder = FolderArchive.begins(plain) }
                try output.writeAll(plain.span, at: place)
                found.authenticByteCount += UInt64(plain.count)
                found.byteCount = place + UInt64(plain.count)
                found.hasEnd = isLast
                progress.add(UInt64(plain.count))
                if isLast {
                    found.hasTrailingBytes = next(chunk + 1) != nil
                    return
                }
            } else if bytes.count > Constants.tag {
                found.add(hole: place..<(place + UInt64(bytes.count - Constants.tag)))
            }
            if isShort { return }
            chunk += 1
        }
    }

    /// The next sealed chunk; false with it if the disk did not give it, nil at the end.
    private borrowing func next(_ chunk: UInt64) -> (bytes: [UInt8], isReadable: Bool)? {
        var bytes = [UInt8](repeating: 0, count: Constants.sealedChunk)
        var span = bytes.mutableSpan
        let place = start + chunk * UInt64(Constants.sealedChunk)
        let read = read(into: &span, at: place)
        if read == nil, !isRandomAccess { return nil }
        let size = (try? file.status().byteCount) ?? 0
        let count = read ?? Int(min(size > place ? size - place : 0, UInt64(bytes.count)))
        bytes.removeLast(bytes.count - count)
        return bytes.isEmpty ? nil : (bytes, read != nil)
    }

    /// Bytes read, fewer than fit only at the end; nil where reading fails.
    private borrowing func read(into span: inout MutableSpan<UInt8>, at place: UInt64) -> Int? {
        if !isRandomAccess { return try? rest.fill(&span) }
        var done = 0
        while done < span.count {
            var room = span._mutatingExtracting(done..<span.count)
            guard let count = try? file.read(into: &room, at: place + UInt64(done)) else {
                return nil
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    private borrowing func open(
        _ sealed: [UInt8], _ chunk: UInt64, _ isShort: Bool
    ) -> (plain: [UInt8], isLast: Bool)? {
        for isLast in isShort ? [true] : [false, true] {
            var bytes = sealed
            var span = bytes.mutableSpan
            if (try? opener.openInPlace(&span, index: chunk, isLast: isLast)) != nil {
                bytes.removeLast(Constants.tag)
                return (bytes, isLast)
            }
        }
        return nil
    }
}
