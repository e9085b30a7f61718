internal import Contents
internal import Linux
internal import Seccomp

/// The numbers of the inspector, all chosen by us, and what it may do.
enum Constants {
    /// Under which number the inspector finds its socket.
    static let socketNumber: Int32 = 3
    /// What one file may cost: below a tenth of a second.
    static let budget = ReadingBudget(
        readByteCount: 6 << 20, decodedByteCount: 4 << 20, stepCount: 50_000)
    /// Decoders take about 100 MiB (docs/contents.md), the program and its libraries some 60 MiB.
    static let limits = Confinement.Limits(addressByteCount: 512 << 20, descriptorCount: 16)

    /// Reading handed files, answering, memory; no name of a file can be given to the kernel.
    static let filter = SystemCallFilter([
        .init("recvmsg", .equals(argument: 0, UInt64(socketNumber))),
        .init("sendmsg", .equals(argument: 0, UInt64(socketNumber))),
        .init("pread64"), .init("close"),
        // Memory that can be run can't be had: PROT_EXEC is 4.
        .init("mmap", .lacks(argument: 2, bits: 4)),
        .init("mprotect", .lacks(argument: 2, bits: 4)),
        .init("munmap"), .init("mremap"), .init("madvise"), .init("brk"),
        .init("futex"), .init("getrandom"), .init("clock_gettime"),
        .init("rt_sigreturn"), .init("restart_syscall"), .init("exit"), .init("exit_group"),
    ])
}
