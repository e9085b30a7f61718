import Age
import PostQuantum
import Sodium
import Testing

@Suite(
    "CCTV age test kit",
    .enabled(if: !Testkit.all.isEmpty, "needs ../shared/vectors/age-testkit"))
struct TestkitTests {
    @Test("all 143 vectors are here, 19 of them with a post-quantum identity")
    func count() {
        #expect(Testkit.all.count == 143)
        #expect(Testkit.vectors.count == (XWing.isBuilt ? 143 : 124))
    }

    @Test(
        "ends as the vector says and releases exactly its plaintext", .timeLimit(.minutes(2)),
        arguments: Testkit.vectors)
    func vector(_ vector: Vector) throws {
        let file = try vector.file()
        var plaintext: [UInt8] = []
        var outcome = "success"
        do throws(AgeError) {
            try WholeFile.open(
                file.span, with: try keys(vector), form: vector.isArmored ? .armored : .binary,
                into: &plaintext)
        } catch { outcome = category(error) }
        #expect(outcome == vector.expect)
        if let hash = vector.payloadHash {
            #expect(hexText(try SHA256.hash(plaintext.span)) == hash)
        } else {
            #expect(plaintext.isEmpty)
        }
    }

    @Test(
        "writes header, payload and armor of a good vector byte by byte as they are",
        .timeLimit(.minutes(2)),
        arguments: Testkit.vectors.filter { $0.expect == "success" })
    func roundTrip(_ vector: Vector) throws {
        let file = try vector.file()
        let binary = vector.isArmored ? try Armor.decode(file.span) : file
        if ["armor_full_last_line", "armor_scrypt", "armor_x25519"].contains(vector.name) {
            #expect(Armor.encode(binary.span) == file)
        }
        let (header, start) = try Header.parse(binary.span)
        #expect(header.encoded() == Array(binary[..<start]))
        let fileKey = try header.unwrap(try vector.keys())
        #expect(try Header(stanzas: header.stanzas, fileKey: fileKey) == header)
        #expect(try reseal(binary, from: start, fileKey) == binary)
    }

    /// Opens and seals the payload chunk by chunk, from the last to the first.
    private func reseal(
        _ file: [UInt8], from start: Int, _ fileKey: borrowing FileKey
    ) throws -> [UInt8] {
        let body = start + Payload.nonceSize
        let nonce = Array(file[start..<body])
        let sealer = try ChunkSealer(fileKey: fileKey, nonce: nonce.span)
        let opener = try ChunkOpener(fileKey: fileKey, nonce: nonce.span)
        let layout = try PayloadLayout(ciphertextCount: UInt64(file.count - body))
        #expect(PayloadLayout(plaintextCount: layout.plaintextCount) == layout)
        var copy = Array(file[..<body]) + [UInt8](repeating: 0, count: file.count - body)
        for chunk in (0..<layout.chunkCount).reversed() {
            let range = layout.ciphertextRange(of: chunk)
            let place = body + Int(range.lowerBound)..<body + Int(range.upperBound)
            var buffer = Array(file[place])
            var span = buffer.mutableSpan
            try opener.openInPlace(&span, index: chunk, isLast: layout.isLast(chunk))
            #expect(buffer.count - 16 == layout.plaintextRange(of: chunk).count)
            var again = buffer.mutableSpan
            try sealer.sealInPlace(&again, index: chunk, isLast: layout.isLast(chunk))
            copy.replaceSubrange(place, with: buffer)
        }
        return copy
    }

    private func keys(_ vector: Vector) throws(AgeError) -> [any Identity] {
        do { return try vector.keys() } catch { throw .unwrap(.refused(code: "\(error)")) }
    }
}

func hexText(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }.joined()
}
