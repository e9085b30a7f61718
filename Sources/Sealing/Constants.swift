internal import Age

/// Fixed sizes and numbers of this module.
enum Constants {
    // From the specification (age v1: payload).

    /// Bytes of a plaintext chunk.
    static let chunk = Payload.chunkSize
    /// Bytes of a sealed chunk, which is also the stride of chunks in a segment buffer.
    static let sealedChunk = Payload.sealedChunkSize
    /// Bytes of a chunk's authentication tag.
    static let tag = Payload.tagSize
    /// Bytes of the payload's nonce.
    static let nonce = Payload.nonceSize

    // From docs/format.md.

    /// Bytes of a file's identifier.
    static let fileID = 16
    /// Bytes of a recipient's fingerprint.
    static let fingerprint = 16
    /// Bytes of the commitment and of the payload's digest.
    static let digest = 32
    /// Bytes of a signature stanza's body: commitment, payload digest, signature.
    static let signatureBody = 2 * digest + 64
    /// The longest policy, which is the longest body that `Age.Limits` lets in.
    static let policyBytes = 64 << 10
    /// The longest value of a policy's field.
    static let policyValueBytes = 1024
    /// The longest name of a policy's field.
    static let policyKeyBytes = 32

    // Chosen by us.

    /// Chunks that a thread handles at once: 1 MiB, as in the pipeline that was measured.
    ///
    /// Source: facts/irm.md §4.
    static let chunksPerSegment = 16
    /// Chunks of a segment in a stream, where more segments are under way than threads work.
    static let chunksPerStreamSegment = 8
    /// Threads at most: beyond, memory grows and the disk is the limit.
    static let threads = 8
    /// Stanzas below which a second thread is not worth starting (30 us a stanza).
    ///
    /// Source: facts/irm.md §4.
    static let stanzasPerThread = 16
    /// The longest recipients or identity file that is read.
    static let keyFileBytes = 1 << 20
    /// The least scrypt work that `inspect` does not remark on, as a power of two; age's default
    /// is 18, and 15 takes 0.06 s a guess.
    ///
    /// Source: facts/irm.md §4.
    static let leastScryptWork = 16
    /// Bytes that are copied at once from a spool.
    static let spoolBuffer = 1 << 18
    /// Mode of what is written.
    static let fileMode: UInt32 = 0o600
    /// Mode of folders that are made.
    static let folderMode: UInt32 = 0o700
}
