import Foundation
import Policies
import Testing

@Suite("Export policies that are shipped")
struct ShippedExportsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "policies/exports")
    private static let names =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    @Test("Each is read and demands an escrow", arguments: names)
    func shipped(name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
        let policy = try ExportPolicy.parse(bytes: bytes)
        #expect(!policy.escrow.isEmpty)
    }
}
