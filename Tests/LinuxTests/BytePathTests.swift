import Linux
import Testing

@Suite struct BytePathTests {
    @Test(
        "lies beneath",
        arguments: [
            ("/a", "/a", true), ("/a/b", "/a", true), ("/ab", "/a", false), ("/a", "/a/b", false),
            ("/a/b", "/", true), ("/", "/", true), ("/a/bc", "/a/b", false),
            ("/a/b/c", "/a/b", true), ("a/b", "/a", false), ("/A", "/a", false),
        ])
    func beneath(path: String, folder: String, expected: Bool) {
        #expect(BytePath(path).isBeneath(BytePath(folder)) == expected)
    }

    @Test(
        "parts",
        arguments: [
            ("/a/b.TXT", "/a", "b.TXT", "txt"), ("/a", "/", "a", ""), ("b", ".", "b", ""),
            ("/", "/", "", ""), ("/a/.profile", "/a", ".profile", ""),
            ("/a.d/b", "/a.d", "b", ""), ("x.tar.GZ", ".", "x.tar.GZ", "gz"), ("a.", ".", "a.", ""),
        ])
    func parts(path: String, parent: String, name: String, suffix: String) {
        let path = BytePath(path)
        #expect(path.parent == BytePath(parent))
        #expect(path.lastComponent == BytePath(name))
        #expect(path.suffix == Array(suffix.utf8))
    }

    @Test(
        "one more component",
        arguments: [("/a", "b", "/a/b"), ("/", "b", "/b"), ("", "b", "b"), ("/a/", "b", "/a/b")])
    func appending(path: String, name: String, expected: String) {
        #expect(BytePath(path).appending(name) == BytePath(expected))
    }

    @Test(
        "is shown without control characters",
        arguments: [
            (Array("/患者/カルテ.xlsx".utf8), "/患者/カルテ.xlsx"),
            ([0x2f, 0x8a, 0xb3], "/\\x8a\\xb3"),  // a name in Shift_JIS
            ([0x61, 0x1b, 0x5b, 0x32, 0x4a], "a\\x1b[2J"), ([0x61, 0x0a, 0x62], "a\\x0ab"),
            ([0xff], "\\xff"), ([], ""),
        ] as [([UInt8], String)])
    func description(bytes: [UInt8], expected: String) {
        #expect(BytePath(bytes).description == expected)
        #expect(BytePath(bytes).bytes == bytes)
    }

    @Test func endsAtNUL() {
        #expect(BytePath([0x61, 0, 0x62]) == "a")
        #expect(BytePath("/a").isAbsolute && !BytePath("a").isAbsolute)
        #expect(!BytePath("").isAbsolute)
    }
}

@Suite struct ClockTests {
    @Test(
        "timestamps",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999_000_000, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000_000_000, "2000-03-01T00:00:00.000Z"),
            (1_795_427_641_250_000_000, "2026-11-23T09:54:01.250Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
        ] as [(WallNanoseconds, String)])
    func timestamp(time: WallNanoseconds, expected: String) {
        #expect(Clock.timestamp(time) == expected)
    }

    @Test func clocksDoNotGoBack() {
        let (boot, monotonic) = (Clock.bootNanoseconds, Clock.monotonicNanoseconds)
        Clock.sleep(nanoseconds: 1000)
        #expect(Clock.bootNanoseconds >= boot + 1000)
        #expect(Clock.monotonicNanoseconds >= monotonic + 1000)
    }
}
