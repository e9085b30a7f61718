import Detection
import Testing

@testable import Guarding

@Test("what workers of one server rename at the same time is kept apart")
func lastRenames() {
    var renames = LastRenames()
    for (pid, folder) in [(1000, 7), (1001, 8), (1000, 9)] as [(Int32, UInt64)] {
        renames.note(pid, at: FilePlace(folder: folder, stem: 1, suffix: 2))
    }
    #expect(renames.last(of: 1000)?.place?.folder == 9)
    #expect(renames.last(of: 1001)?.place?.folder == 8)
    // The slot of 1000 as well.
    #expect(renames.last(of: 1064) == nil)
    #expect(renames.last(of: 1002) == nil)
}
