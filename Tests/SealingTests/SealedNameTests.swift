import Linux
import Sealing
import Testing

@Suite("Names of sealed files")
struct SealedNameTests {
    @Test(
        "Slashes at the end are no part of the name",
        arguments: [
            ("dir", "dir.age"), ("dir/", "dir.age"), ("a/dir//", "a/dir.age"), ("/", "/.age"),
        ] as [(BytePath, BytePath)])
    func names(_ source: BytePath, _ sealed: BytePath) {
        #expect(Source.path(source).sealedPath() == sealed)
    }

    @Test("Standard input gives no name")
    func standardInput() {
        #expect(Source.standardInput.sealedPath() == nil)
    }
}
