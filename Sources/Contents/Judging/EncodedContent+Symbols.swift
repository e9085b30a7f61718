extension EncodedContent {
    /// An unknown alphabet of k symbols, with or without line ends.
    ///
    /// Source: facts/entropy.md §6.3 A2.
    static func symbols(_ sample: Span<UInt8>, _ counts: borrowing Histogram) -> EncodedContent? {
        for isBlankKept in [false, true] {
            var rank = [Int](repeating: -1, count: 256)
            var symbolCount = 0
            for value in UInt8.min...UInt8.max where counts.count(of: value...value) > 0 {
                if !isBlankKept, isBlank(value) { continue }
                rank[Int(value)] = symbolCount
                symbolCount += 1
            }
            guard (4...200).contains(symbolCount), mayBeEven(counts, rank, symbolCount) else {
                continue
            }
            var numbers: [Int] = []
            for i in sample.indices where rank[Int(sample[i])] >= 0 {
                numbers.append(rank[Int(sample[i])])
            }
            let isPower = symbolCount.nonzeroBitCount == 1
            let isRandom =
                isPower ? packsUniform(numbers, symbolCount) : drawsUniform(numbers, symbolCount)
            if isRandom { return .uniform }
        }
        return nil
    }

    /// Spares what follows for ordinary text: its symbols are far from even.
    ///
    /// The excess of chi-square over its freedom, for each symbol drawn, is 0 for random symbols.
    private static func mayBeEven(
        _ counts: borrowing Histogram, _ rank: [Int], _ symbolCount: Int
    ) -> Bool {
        var total = 0.0
        var squares = 0.0
        for value in UInt8.min...UInt8.max where rank[Int(value)] >= 0 {
            let count = Double(counts.count(of: value...value))
            total += count
            squares += count * count
        }
        let chiSquare = squares * Double(symbolCount) / total - total
        return chiSquare - Double(symbolCount) < total * 0.2
    }

    private static func packsUniform(_ numbers: [Int], _ symbolCount: Int) -> Bool {
        var packer = BitPacker()
        let bitCount = UInt32(symbolCount.trailingZeroBitCount)
        for number in numbers { packer.add(UInt32(number), bitCount: bitCount) }
        guard packer.bytes.count >= Constants.leastUniformByteCount else { return false }
        var tally = PayloadTally()
        tally.add(packer.bytes.span)
        return tally.isUniform
    }

    /// Symbols and sums of neighbours are spread evenly.
    ///
    /// At most 8192 symbols, since the first of five in base 85 is not quite even.
    private static func drawsUniform(_ numbers: [Int], _ k: Int) -> Bool {
        let drawn = numbers.prefix(8192)
        guard drawn.count >= 1024 else { return false }
        var counts = [Int](repeating: 0, count: k)
        var sums = [Int](repeating: 0, count: k)
        var before = 0
        for number in drawn {
            counts[number] += 1
            sums[(before + number) % k] += 1
            before = number
        }
        return isEven(counts, drawn.count) && isEven(sums, drawn.count)
    }

    /// Chi-square with k−1 degrees of freedom, α 1e-6 below and 1e-5 above.
    ///
    /// Source: Wilson and Hilferty, The Distribution of Chi-Square (1931); facts/entropy.md §6.2.
    private static func isEven(_ counts: [Int], _ total: Int) -> Bool {
        let expected = Double(total) / Double(counts.count)
        let chiSquare = counts.reduce(0.0) { sum, count in
            sum + (Double(count) - expected) * (Double(count) - expected) / expected
        }
        let freedom = Double(counts.count - 1)
        let part = 2 / (9 * freedom)
        let root = part.squareRoot()
        let low = 1 - part - 4.753 * root
        let high = 1 - part + 4.265 * root
        return chiSquare >= freedom * max(0, low * low * low)
            && chiSquare <= freedom * high * high * high
    }

    /// Random bytes with constant ones between them.
    static func lanes(_ sample: Span<UInt8>) -> EncodedContent? {
        for stride in [2, 4] where sample.count >= stride * Constants.leastUniformByteCount {
            for lane in 0..<stride {
                var taken: [UInt8] = []
                var isConstant = true
                for i in sample.indices {
                    if i % stride == lane {
                        taken.append(sample[i])
                    } else if sample[i] != sample[(i % stride)] {
                        isConstant = false
                        break
                    }
                }
                guard isConstant else { continue }
                var tally = PayloadTally()
                tally.add(taken.span)
                if tally.isUniform { return .uniform }
            }
        }
        return nil
    }
}
