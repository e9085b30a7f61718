import Foundation
import Linux
import Testing

/// The name holds blanks and parentheses, as an attacker may choose it.
private let stat = """
    4711 (a) R 1 (b) S 42 4710 4709 0 -1 4194560 174 0 0 0 3 1 0 0 20 0 8 0 918273 \
    2424832 160 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n
    """

private func parsed(_ bytes: [UInt8], _ count: Int) -> ProcessStatus? {
    ProcessStatus(parsing: bytes.span.extracting(0..<count))
}

private func parsedCall(_ bytes: [UInt8], _ count: Int) -> SystemCall? {
    SystemCall(parsing: bytes.span.extracting(0..<count))
}

@Suite struct ProcessStatusTests {
    @Test func readsTheFields() throws {
        let text = Array(stat.utf8)
        let status = try #require(parsed(text, text.count))
        #expect(status.pid == 4711 && status.state == UInt8(ascii: "S") && status.parent == 42)
        #expect(status.group == 4710 && status.session == 4709 && status.threadCount == 8)
        #expect(status.startTicks == 918273 && !status.isKernelThread)
        #expect(status.processorTicks == 4 && status.addressByteCount == 2_424_832)
    }

    /// A cut inside the last field that is read leaves a shorter number, nothing else passes.
    @Test func everyCutIsRefused() throws {
        let text = Array(stat.utf8)
        let end = try #require(stat.range(of: "2424832")).upperBound
        let whole = stat.utf8.distance(from: stat.startIndex, to: end)
        for count in 0..<whole {
            let read = parsed(text, count)
            if count <= whole - 7 { #expect(read == nil, "\(count) bytes") }
        }
        #expect(parsed(text, whole)?.addressByteCount == 2_424_832)
    }

    @Test(
        "refuses what is not of that form",
        arguments: [
            "", ")", "()", "1 () ", "x (a) R 1 2 3", "1 (a) R", "1 (a) R 1 2 3 4 x",
            "-9223372036854775808 (a) R -9223372036854775808",
        ])
    func refuses(text: String) {
        let bytes = Array(text.utf8)
        #expect(parsed(bytes, bytes.count) == nil)
    }

    @Test func knowsItself() throws {
        let status = try #require(ProcessTable.status(ProcessHandle.own))
        #expect(status.pid == ProcessHandle.own && status.parent == ProcessHandle.parent)
        #expect(ProcessTable.user(ProcessHandle.own) == ProcessHandle.effectiveUser)
        #expect(ProcessTable.process(ofThread: ProcessHandle.ownThread) == ProcessHandle.own)
        #expect(ProcessTable.all().contains(ProcessHandle.own))
        let arguments = ProcessTable.commandLine(ProcessHandle.own).map(\.description)
        #expect(arguments.first == CommandLine.arguments.first)
        #expect(ProcessTable.status(Int32.max) == nil)
    }
}

/// `number` and six arguments; SYS_open is 2, SYS_openat 257, SYS_creat 85, SYS_openat2 437.
struct Call: Sendable, CustomTestStringConvertible {
    var text: String
    var purpose: SystemCall.OpenPurpose
    var testDescription: String { text }

    init(_ number: Int, _ arguments: [String], _ purpose: SystemCall.OpenPurpose) {
        let padded = arguments + Array(repeating: "0x0", count: 6 - arguments.count)
        text = "\(number) " + padded.joined(separator: " ") + " 0x7ffd8f8c 0x7f12\n"
        self.purpose = purpose
    }
}

#if arch(x86_64)
    @Suite struct SystemCallTests {
        @Test(
            "what an opening is for",
            arguments: [
                Call(2, ["0x5581", "0x0"], .reading), Call(2, ["0x5581", "0x1"], .writing),
                Call(2, ["0x5581", "0x2"], .writing), Call(2, ["0x5581", "0x200"], .writing),
                Call(257, ["0xffffff9c", "0x5581", "0x80000"], .reading),
                Call(257, ["0xffffff9c", "0x5581", "0x80241"], .writing),
                Call(85, ["0x5581", "0x1b6"], .writing), Call(59, ["0x5581"], .reading),
                Call(426, ["0x4", "0x1"], .unknown), Call(202, ["0x4"], .unknown),
                Call(437, ["0xffffff9c", "0x5581", "0x1", "0x18"], .unknown),
            ])
        func purpose(of expected: Call) throws {
            let bytes = Array(expected.text.utf8)
            let call = try #require(parsedCall(bytes, bytes.count))
            #expect(call.openPurpose == expected.purpose)
        }

        @Test(
            "openat2 keeps its flags in memory", arguments: [(0x8_0000, false), (0x8_0002, true)])
        func flagsInMemory(flags: UInt64, writes: Bool) throws {
            let call = Call(437, ["0xffffff9c", "0x5581", "0x7ffd10", "0x18"], .unknown)
            let parsed = try #require(parsedCall(Array(call.text.utf8), call.text.utf8.count))
            #expect(parsed.flagsAddress == 0x7ffd10)
            #expect(SystemCall.purpose(flags: flags) == (writes ? .writing : .reading))
        }

        @Test func readsAllArguments() throws {
            let bytes = Array("257 0xffffff9c 0x1 0x2 0x3 0x4 0xdeadbeefcafe 0x7ffd 0x7f12\n".utf8)
            let call = try #require(parsedCall(bytes, bytes.count))
            #expect(call.number == 257 && call.arguments[0] == 0xffff_ff9c)
            #expect(call.arguments[5] == 0xdead_beef_cafe)
        }

        /// A cut inside the sixth argument leaves a shorter number; anything before is refused.
        @Test func everyCutIsRefused() {
            let bytes = Array("257 0xffffff9c 0x1 0x2 0x3 0x4 0x5 ".utf8)
            for count in 0..<(bytes.count - 2) {
                #expect(
                    parsedCall(bytes, count) == nil, "\(count) bytes")
            }
        }

        @Test(
            "not in a call", arguments: ["running\n", "-1 0x7ffd 0x7f12\n", "", "\n", "257 1 2 3"])
        func nothing(text: String) {
            let bytes = Array(text.utf8)
            #expect(parsedCall(bytes, bytes.count) == nil)
        }
    }
#endif
