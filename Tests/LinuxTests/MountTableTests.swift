import Linux
import Testing

/// As Linux 6.18 shows them: ext4 at the root, a btrfs and one of its subvolumes, an overlay.
private let sample = #"""
    27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard,resuid=65534
    43 27 0:39 / /srv/btrfs rw,relatime shared:7 master:1 - btrfs /dev/loop0 rw,subvolid=5,subvol=/
    44 27 0:39 /@home /home rw,relatime - btrfs /dev/loop0 rw,subvolid=256,subvol=/@home
    45 44 0:40 / /home/a\040b\011c\012d\134e\043 rw - overlay overlay ro,lowerdir=/l,upperdir=/u\054v
    46 44 259:1048575 / /home/カルテ rw - tmpfs none rw
    """#

@Suite struct MountTableTests {
    private func table(_ text: String) throws(MountTableError) -> MountTable {
        try MountTable(parsing: Array((text + "\n").utf8).span)
    }

    @Test func readsWhatTheKernelWrites() throws {
        let mounts = try table(sample).mounts
        #expect(mounts.map(\.number) == [27, 43, 44, 45, 46])
        #expect(mounts.map(\.parent) == [1, 27, 27, 44, 44])
        #expect(mounts.map(\.root) == ["/", "/", "/@home", "/", "/"])
        #expect(mounts.map(\.fileSystem) == ["ext4", "btrfs", "btrfs", "overlay", "tmpfs"])
        #expect(mounts[0].device == 254 << 8)
        #expect(mounts[1].device == mounts[2].device)
        #expect(mounts[2].source == "/dev/loop0")
        #expect(mounts[2].options == "rw,subvolid=256,subvol=/@home")
        #expect(mounts[3].point == "/home/a b\tc\nd\\e#")
        #expect(mounts[3].options == "ro,lowerdir=/l,upperdir=/u,v")
        #expect(mounts[4].point == "/home/カルテ")
    }

    @Test func keepsNamesThatAreNoText() throws {
        var text = Array("1 0 0:1 / /x".utf8)
        text += [0xff, 0xfe] + Array(" rw - tmpfs none rw\n".utf8)
        let mounts = try MountTable(parsing: text.span).mounts
        #expect(mounts.first?.point.bytes == [0x2f, 0x78, 0xff, 0xfe])
    }

    @Test(
        "refuses what is no line of a mount table",
        arguments: [
            "", "1", "1 0 0:1 / / rw - tmpfs none", "1 0 0:1 / / rw shared:1 tmpfs none rw x",
            "x 0 0:1 / / rw - tmpfs none rw", "1 0 0 / / rw - tmpfs none rw",
            "1 0 0:99999999999 / / rw - tmpfs none rw", "1 0 0:1 / / rw - tmpfs none rw more",
            " 0 0:1 / / rw - tmpfs none rw", "1 -2 0:1 / / rw - tmpfs none rw",
        ])
    func refuses(line: String) {
        #expect(throws: MountTableError.malformed(line: 2)) {
            try table("1 0 0:1 / / rw - tmpfs none rw\n" + line)
        }
    }

    @Test(
        "takes a backslash without three octal digits as it is",
        arguments: [#"\9"#, #"\04"#, #"\777"#])
    func keepsOtherBackslashes(text: String) throws {
        let mounts = try table("1 0 0:1 / /\(text) rw - tmpfs none rw").mounts
        #expect(mounts.first?.point == BytePath("/" + text))
    }

    @Test func everyTruncationGivesFewerMountsOrAnError() throws {
        let text = Array((sample + "\n").utf8)
        let whole = try MountTable(parsing: text.span)
        for count in text.indices {
            guard let cut = try? MountTable(parsing: text.span.extracting(0..<count)) else {
                continue
            }
            #expect(cut.mounts == Array(whole.mounts.prefix(cut.mounts.count)))
            #expect(count == 0 || text[count - 1] == UInt8(ascii: "\n"))
        }
    }

    @Test func findsTheMountOfAnOpenFile() throws {
        let table = try MountTable.current()
        let mount = try #require(table[try FileDescriptor.open("/proc/self").mountNumber()])
        #expect(mount.fileSystem == "proc" && mount.point == "/proc")
        #expect(table[UInt64.max] == nil)
    }
}
