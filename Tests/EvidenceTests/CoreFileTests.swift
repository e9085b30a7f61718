import Evidence
import Testing

@Suite struct CoreFileTests {
    @Test func placeholder() { #expect(CoreFile.headerByteCount(parts: 1) == 4096) }
}
