import Testing

@testable import Guarding

@Suite("The table of files")
struct FileSetTests {
    /// Numbers without any order, the same in every run.
    private func number(_ index: UInt64) -> UInt64 {
        var z = (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        return z ^ z >> 31
    }

    @Test("knows what was put in and nothing else")
    func membership() {
        var files = FileSet()
        let own = (0..<2000).map { number(UInt64($0)) }
        for file in own { files.insert(file) }
        #expect(own.allSatisfy { files.contains($0) })
        #expect(!files.contains(0))
        #expect((2000..<4000).allSatisfy { !files.contains(number(UInt64($0))) })
        for file in own.prefix(1000) { files.remove(file) }
        #expect(own.prefix(1000).allSatisfy { !files.contains($0) })
        #expect(own.dropFirst(1000).allSatisfy { files.contains($0) })
    }

    @Test("forgets two in a thousand of ten thousand, and never grows")
    func capacity() {
        var files = FileSet()
        for index in 0..<10_000 as Range<UInt64> { files.insert(number(index)) }
        #expect((0..<10_000 as Range<UInt64>).count { !files.contains(number($0)) } <= 20)
        for index in 0..<1_000_000 as Range<UInt64> { files.insert(number(index)) }
        #expect(files.contains(number(999_999)))
    }
}
