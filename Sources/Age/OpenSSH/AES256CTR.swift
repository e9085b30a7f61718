/// AES-256 in counter mode (FIPS 197, SP 800-38A), for the reader's own key files.
///
/// Its table look-ups take time that depends on the key, which only somebody on the same
/// machine could measure; it must not be used for anything else.
enum AES256CTR {
    static let keySize = 32
    static let blockSize = 16
    private static let rounds = 14

    /// Opens or seals `bytes` under a key of 32 bytes and a first counter of 16.
    static func apply(_ bytes: [UInt8], key: [UInt8], counter: [UInt8]) -> [UInt8] {
        let schedule = expand(key)
        var counter = counter
        var output = bytes
        for start in stride(from: 0, to: bytes.count, by: blockSize) {
            let pad = encrypt(counter, schedule)
            for index in start..<min(start + blockSize, bytes.count) {
                output[index] ^= pad[index - start]
            }
            for index in counter.indices.reversed() {
                counter[index] &+= 1
                if counter[index] != 0 { break }
            }
        }
        return output
    }

    private static let box: [UInt8] = {
        var box = [UInt8](repeating: 0x63, count: 256)
        var value: UInt8 = 1
        var inverse: UInt8 = 1
        repeat {
            // Multiplying by 3 and dividing by 3 walks all values with their inverses.
            value ^= double(value)
            inverse ^= inverse << 1
            inverse ^= inverse << 2
            inverse ^= inverse << 4
            if inverse & 0x80 != 0 { inverse ^= 0x09 }
            var mixed = inverse
            for shift in 1...4 { mixed ^= inverse << UInt8(shift) | inverse >> UInt8(8 - shift) }
            box[Int(value)] = mixed ^ 0x63
        } while value != 1
        return box
    }()

    private static func double(_ value: UInt8) -> UInt8 {
        value << 1 ^ (value & 0x80 == 0 ? 0 : 0x1b)
    }

    private static func expand(_ key: [UInt8]) -> [UInt8] {
        var schedule = key
        var constant: UInt8 = 1
        while schedule.count < blockSize * (rounds + 1) {
            var word = Array(schedule.suffix(4))
            if schedule.count % keySize == 0 {
                word = [word[1], word[2], word[3], word[0]].map { box[Int($0)] }
                word[0] ^= constant
                constant = double(constant)
            } else if schedule.count % keySize == blockSize {
                word = word.map { box[Int($0)] }
            }
            for index in 0..<4 { schedule.append(schedule[schedule.count - keySize] ^ word[index]) }
        }
        return schedule
    }

    private static func encrypt(_ block: [UInt8], _ schedule: [UInt8]) -> [UInt8] {
        var state = block
        add(schedule, round: 0, to: &state)
        for round in 1...rounds {
            let source = state
            for index in 0..<blockSize { state[index] = box[Int(source[index * 5 % blockSize])] }
            if round < rounds { mixColumns(&state) }
            add(schedule, round: round, to: &state)
        }
        return state
    }

    private static func add(_ schedule: [UInt8], round: Int, to state: inout [UInt8]) {
        for index in 0..<blockSize { state[index] ^= schedule[round * blockSize + index] }
    }

    private static func mixColumns(_ state: inout [UInt8]) {
        for start in stride(from: 0, to: blockSize, by: 4) {
            let column = Array(state[start..<start + 4])
            let all = column[0] ^ column[1] ^ column[2] ^ column[3]
            for row in 0..<4 {
                state[start + row] ^= all ^ double(column[row] ^ column[(row + 1) % 4])
            }
        }
    }
}
