import Linux
import Sealing
import Testing

@Suite("Names of sealed files")
struct SealedNameTests {
    @Test(
        "Slashes at the end are no part of the name",
        arguments: [
            ("dir", "dir.age"), ("dir/", "dir.age"), ("a/dir//", "a/dir.age"), ("..a", "..a.age"),
            ("../.a/", "../.a.age"),
        ] as [(BytePath, BytePath)])
    func names(_ source: BytePath, _ sealed: BytePath) {
        #expect(Source.path(source).sealedPath() == sealed)
    }

    @Test(
        "A folder that is named by its place alone gives no name",
        arguments: [".", "..", "./", "a/..", "/", "//", "/."] as [BytePath])
    func places(_ source: BytePath) {
        #expect(Source.path(source).sealedPath() == nil)
    }

    @Test("Standard input gives no name")
    func standardInput() {
        #expect(Source.standardInput.sealedPath() == nil)
    }
}
