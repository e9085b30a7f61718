import Linux
import Testing

/// A birth as the process connector sends it: headers, event, and room of a larger union.
private let birth = """
    4c 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00  # netlink: length, NLMSG_DONE
    01 00 00 00 01 00 00 00 07 00 00 00 00 00 00 00  # connector: index, value, sequence
    28 00 00 00                                      # 40 bytes follow
    01 00 00 00 00 00 00 00                          # PROC_EVENT_FORK on processor 0
    00 ca 9a 3b 00 00 00 00                          # 1 s after boot
    0b 00 00 00 0a 00 00 00                          # born by thread 11 of process 10
    14 00 00 00 14 00 00 00                          # process 20
    00 00 00 00 00 00 00 00
    """

@Suite struct ProcessEventTests {
    @Test func readsABirth() throws {
        let bytes = try hex(birth)
        let event = ProcessEvent(parsing: bytes.span)
        #expect(event == .born(pid: 20, parent: 10, monotonicNanoseconds: 1_000_000_000))
    }

    @Test(
        "other kinds",
        arguments: [
            (UInt8(0x02), ProcessEvent?.some(.startedProgram(pid: 10))),
            (0x80, .leftSession(pid: 10)), (0x00, nil), (0x04, nil),
        ])
    func kinds(what: UInt8, expected: ProcessEvent?) throws {
        var bytes = try hex(birth)
        bytes[36] = what
        let event = ProcessEvent(parsing: bytes.span)
        #expect(event == expected)
    }

    @Test func aCutDatagramIsNothing() throws {
        let bytes = try hex(birth)
        for count in 0..<68 {
            let event = ProcessEvent(parsing: bytes.span.extracting(0..<count))
            #expect(event == nil)
        }
    }

    @Test(
        "the kernel tells of births, programs and sessions", .timeLimit(.minutes(1)),
        .enabled(
            if: (try? ProcessEvents(bufferByteCount: 1 << 20)) != nil,
            "needs CAP_NET_ADMIN in the first namespaces"))
    func real() throws {
        let events = try ProcessEvents(bufferByteCount: 8 << 20)
        let child = try ChildProcess("/usr/bin/setsid", arguments: ["/bin/true"])
        let pid = child.pid
        _ = try child.wait()
        var seen = [ProcessEvent]()
        let isComplete = events.read { seen.append($0) }
        #expect(isComplete)
        #expect(
            seen.contains {
                if case .born(pid, ProcessHandle.own, _) = $0 { true } else { false }
            })
        #expect(seen.contains(.startedProgram(pid: pid)))
        #expect(seen.contains(.leftSession(pid: pid)))
    }
}
