internal import CSodium
internal import Synchronization

/// Locked memory for short secrets, which come and go by the thousand.
///
/// `sodium_malloc` and `sodium_free` take ten system calls for one secret; here they take them
/// for a page of slots. The page has libsodium's guards around it, is locked and kept out of
/// core dumps. A slot is zero whenever nobody holds it.
enum SecretPool {
    /// Bytes of a slot: the longest short secret is a digest or signing key of 64.
    private static let slotSize = 64
    private static let slotsPerPage = 64

    private static let slots = Mutex<[UInt]>([])

    /// The address of `count` zero bytes.
    static func allocate(_ count: Int) throws(SodiumError) -> UInt {
        guard count >= 0 else { throw .allocationFailed }
        if count > slotSize { return try zeros(count) }
        return try slots.withLock { (slots) throws(SodiumError) in
            if let slot = slots.popLast() { return slot }
            let page = try zeros(slotSize * slotsPerPage)
            for slot in (1..<slotsPerPage).reversed() { slots.append(page + UInt(slot * slotSize)) }
            return page
        }
    }

    /// Zeroes the bytes and takes them back.
    static func free(_ address: UInt, _ count: Int) {
        if count > slotSize {
            unsafe sodium_free(UnsafeMutableRawPointer(bitPattern: address))
            return
        }
        unsafe sodium_memzero(UnsafeMutableRawPointer(bitPattern: address), slotSize)
        slots.withLock { $0.append(address) }
    }

    private static func zeros(_ count: Int) throws(SodiumError) -> UInt {
        guard let start = unsafe sodium_malloc(count) else { throw .allocationFailed }
        unsafe sodium_memzero(start, count)
        return UInt(bitPattern: start)
    }
}
