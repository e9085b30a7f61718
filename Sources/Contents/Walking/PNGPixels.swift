/// The samples of a picture without the byte before each row, which names its filter.
///
/// Filters are undone only where the file is hardly smaller than its samples: no other holds random
/// ones, and which filter a row got depends on them.
struct PNGPixels {
    private let rowByteCount: Int
    private let pixelByteCount: Int
    private let isUnfiltered: Bool
    private var column = 0
    private var filter: UInt8 = 0
    private var row: [UInt8] = []
    private var above: [UInt8] = []
    private(set) var tally = PayloadTally()

    init(
        width: Int, height: Int, depth: Int, colour: Int, isInterlaced: Bool, fileByteCount: Int
    ) {
        let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colour] ?? 1
        let bits = channels * min(depth, 16)
        // Interlaced rows change in length; their filters stay among the samples.
        rowByteCount = isInterlaced ? 0 : (width * bits + 7) / 8
        pixelByteCount = max(1, bits / 8)
        let (whole, overflow) = rowByteCount.multipliedReportingOverflow(by: height)
        isUnfiltered = rowByteCount < 1 << 17 && !overflow && fileByteCount >= whole / 16 * 15
        if isUnfiltered { above = [UInt8](repeating: 0, count: rowByteCount) }
    }

    mutating func add(_ decoded: ArraySlice<UInt8>) {
        guard rowByteCount > 0 else { return tally.add(Array(decoded).span) }
        var samples: [UInt8] = []
        samples.reserveCapacity(decoded.count)
        var at = decoded.startIndex
        while at < decoded.endIndex {
            if column == 0 {
                filter = decoded[at]
                at += 1
                column = 1
                continue
            }
            let end = min(decoded.endIndex, at + rowByteCount + 1 - column)
            if isUnfiltered {
                row.append(contentsOf: decoded[at..<end])
            } else {
                samples.append(contentsOf: decoded[at..<end])
            }
            column += end - at
            if column > rowByteCount { endRow(&samples) }
            at = end
        }
        tally.add(samples.span)
    }

    private mutating func endRow(_ samples: inout [UInt8]) {
        column = 0
        guard isUnfiltered else { return }
        unfilter()
        samples.append(contentsOf: row)
        swap(&row, &above)
        row.removeAll(keepingCapacity: true)
    }

    /// Source: PNG (ISO/IEC 15948) §9.2 and §9.4 (the Paeth predictor).
    private mutating func unfilter() {
        guard (1...4).contains(filter) else { return }
        for i in row.indices {
            let hasLeft = i >= pixelByteCount
            let left = hasLeft ? Int(row[i - pixelByteCount]) : 0
            let up = Int(above[i])
            let corner = hasLeft ? Int(above[i - pixelByteCount]) : 0
            let guess =
                switch filter {
                case 1: left
                case 2: up
                case 3: (left + up) / 2
                default: Self.paeth(left, up, corner)
                }
            row[i] &+= UInt8(truncatingIfNeeded: guess)
        }
    }

    private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
        let estimate = left + up - corner
        let distances = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
        if distances.0 <= distances.1, distances.0 <= distances.2 { return left }
        return distances.1 <= distances.2 ? up : corner
    }
}
