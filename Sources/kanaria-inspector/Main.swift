internal import Inspecting
internal import Linux

/// The program `kanaria-inspector`, which `kanariad` starts.
@main enum Main {
    static func main() {
        var user: UInt32?
        var attempt: InspectorProcess.Attempt?
        var rest = CommandLine.arguments.dropFirst()
        while let word = rest.popFirst() {
            let value = rest.popFirst()
            switch word {
            case "--user": user = value.flatMap { UInt32($0) }
            case "--try": attempt = value.flatMap { InspectorProcess.Attempt(rawValue: $0) }
            default: Console.exit(64)
            }
            if value == nil || (word == "--user" ? user == nil : attempt == nil) {
                Console.exit(64)
            }
        }
        Console.exit(InspectorProcess.run(as: user, trying: attempt))
    }
}
