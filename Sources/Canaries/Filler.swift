/// Text that grows piece by piece and never beyond a limit.
struct Filler {
    private let limit: Int
    private(set) var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// Bytes still free.
    var room: Int { limit - bytes.count }

    /// Appends a piece if it fits; the first always does.
    @discardableResult
    mutating func add(_ piece: String) -> Bool {
        let count = piece.utf8.count
        if !bytes.isEmpty, count > room { return false }
        bytes.append(contentsOf: piece.utf8)
        return true
    }
}
