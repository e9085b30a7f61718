internal import Linux
internal import Notifying

/// The program `kanaria-notifier`, which sends what the guard leaves.
@main enum Main {
    static func main() {
        // As the kernel has them: a path need not be UTF-8.
        let raw = ProcessTable.contents("/proc/self/cmdline", limit: 1 << 20) ?? []
        let all = raw.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        Console.exit(NotifierProcess.run(all.dropFirst().map { BytePath($0) }))
    }
}
