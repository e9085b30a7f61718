import Age
import Linux
import Testing

@testable import Sealing

@Suite("Authentic chunks before a failure")
struct AuthenticPrefixTests {
    private final class Collected: ByteSink {
        var bytes = [UInt8]()

        func write(_ more: Span<UInt8>) throws(TransferError) {
            for index in more.indices { bytes.append(more[index]) }
        }

        func finish() throws(TransferError) {}
    }

    @Test("They come out, however the next chunk fails", arguments: [1, 15, 16, 17, 65551])
    func prefix(_ rest: Int) throws {
        let place = try Workplace()
        let identity = try X25519Identity.generate()
        let plain = pattern(3 * 65536)
        try place.write("plain", plain)
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("plain")), to: .path(place.path("sealed")))
        let whole = try #require(place.read("sealed"))
        try place.write("cut", Array(whole.dropLast(65552 - rest)))

        let sealed = try SealedFile(.path(place.path("cut")), limits: .standard)
        let key = try sealed.header.unwrap([identity], limits: .standard)
        var nonce = [UInt8](repeating: 0, count: 16)
        var span = nonce.mutableSpan
        _ = try sealed.rest.fill(&span)
        let opener = try ChunkOpener(fileKey: key, nonce: nonce.span)
        var pipeline = StreamPipeline(.open(opener), threads: 2, Progress())
        let sink = Collected()
        var hasFailed = false
        do { _ = try pipeline.run(from: sealed.rest, to: sink) } catch { hasFailed = true }
        #expect(hasFailed)
        #expect(sink.bytes == Array(plain[..<131072]))
    }
}
