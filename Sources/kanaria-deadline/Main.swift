internal import Deadline
internal import Linux

/// The companion process of the daemon; see `DeadlineGuard`.
@main
enum Main {
    static func main() {
        Console.exit(DeadlineGuard.run())
    }
}
