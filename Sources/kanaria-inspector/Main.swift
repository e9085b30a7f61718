internal import Inspecting
internal import Linux

/// The program `kanaria-inspector`, which `kanariad` or a service manager starts.
@main enum Main {
    static func main() {
        var starter = InspectorProcess.Starter.guardian(user: nil)
        var attempt: InspectorProcess.Attempt?
        var rest = CommandLine.arguments.dropFirst()
        while let word = rest.popFirst() {
            switch word {
            case "--connection": starter = .manager
            case "--user":
                guard let user = rest.popFirst().flatMap({ UInt32($0) }) else { Console.exit(64) }
                starter = .guardian(user: user)
            case "--try":
                attempt = rest.popFirst().flatMap { InspectorProcess.Attempt(rawValue: $0) }
                if attempt == nil { Console.exit(64) }
            default: Console.exit(64)
            }
        }
        Console.exit(InspectorProcess.run(starter, trying: attempt))
    }
}
