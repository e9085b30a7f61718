internal import Age
internal import Sodium
internal import Synchronization

/// A file key that several threads work with.
private final class SharedKey: Sendable {
    let value: FileKey

    init(_ key: borrowing FileKey) throws(SodiumError) { value = try key.copy() }
}

extension Recipients {
    /// The stanzas for all of them; many are made by several threads, in the same order.
    static func wrap(
        _ fileKey: borrowing FileKey, to recipients: [any Recipient], threads: Int
    ) throws(WrapError) -> [Stanza] {
        let parts = recipients.parts(threads)
        if parts.count < 2 { return try wrap(fileKey, to: recipients) }
        let key: SharedKey
        do { key = try SharedKey(fileKey) } catch { throw .sodium(error) }
        let stanzas = try inParts(parts.count, threads) { (part) throws(WrapError) in
            try wrap(key.value, to: Array(parts[part]))
        }
        // Each part alone may have been right; all together may not.
        let all = Array(stanzas.joined())
        try check(all)
        return all
    }
}

extension Header {
    /// The file key for the first identity that fits; many stanzas are tried by several threads.
    func unwrap(
        _ identities: [any Identity], limits: Limits, threads: Int
    ) throws(UnwrapError) -> FileKey {
        let parts = stanzas.parts(threads)
        if parts.count < 2 || stanzas.contains(where: { $0.type == "scrypt" }) {
            return try unwrap(identities, limits: limits)
        }
        for identity in identities {
            let keys = try inParts(parts.count, threads) { (part) throws(UnwrapError) in
                let key = try identity.unwrap(Array(parts[part]), limits: limits)
                guard let key = consume key else { return SharedKey?.none }
                return try Self.shared(key)
            }
            for case let key? in keys {
                try verify(key.value)
                do { return try key.value.copy() } catch { throw .sodium(error) }
            }
        }
        throw .noMatch
    }

    private static func shared(_ key: borrowing FileKey) throws(UnwrapError) -> SharedKey {
        do { return try SharedKey(key) } catch { throw .sodium(error) }
    }
}

extension Array {
    /// Even parts for that many threads; one part where threads would cost more than they bring.
    fileprivate func parts(_ threads: Int) -> [ArraySlice<Element>] {
        let size = Swift.max(Constants.stanzasPerThread, (count + threads - 1) / threads)
        return stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

/// What `body` makes of each part, in order.
///
/// - Throws: the failure of the first part that failed.
private func inParts<Made: Sendable, Failure: Error>(
    _ count: Int, _ threads: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Made
) throws(Failure) -> [Made] {
    let results = Results<Made, Failure>(count)
    Parallel.forEach(count, threads: threads) { part in
        results.set(part, Result { () throws(Failure) in try body(part) })
    }
    var made = [Made]()
    for case let result? in results.all { made.append(try result.get()) }
    return made
}

private final class Results<Made: Sendable, Failure: Error>: Sendable {
    private let found: Mutex<[Result<Made, Failure>?]>

    init(_ count: Int) { found = Mutex(Array(repeating: nil, count: count)) }

    var all: [Result<Made, Failure>?] { found.withLock { $0 } }

    func set(_ index: Int, _ result: Result<Made, Failure>) {
        found.withLock { $0[index] = result }
    }
}
