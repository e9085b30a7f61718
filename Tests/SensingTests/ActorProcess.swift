import Foundation
import Linux

/// The other process, which does what a scenario says.
final class ActorProcess {
    static let executable: URL = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: own ?? CommandLine.arguments[0]).deletingLastPathComponent()
        return folder.appending(path: "kanaria-actor")
    }()

    /// Why an act could not be done.
    struct Refused: Error, CustomStringConvertible {
        var act: String
        var answer: String
        var description: String { "\(act): \(answer)" }
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var isOver = false

    init(in folder: String, environment: [String: String]) throws {
        process.executableURL = Self.executable
        process.arguments = [folder]
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { end() }

    var pid: Int32 { process.processIdentifier }

    /// Does one act; returns when it is done.
    func perform(_ act: [Words.Word]) throws {
        try awaitAnswer(to: try send(act))
    }

    /// Says what to do and returns at once.
    @discardableResult
    func send(_ act: [Words.Word]) throws -> String {
        let line = act.map(Words.encoded).joined(separator: " ")
        try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        return line
    }

    /// Returns when what was sent is done.
    func awaitAnswer(to line: String) throws {
        var answer = Data()
        while answer.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            answer += more
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard text.hasPrefix("ok") else {
            throw Refused(act: line, answer: text.trimmingCharacters(in: .newlines))
        }
    }

    /// Ends the process and what it still holds open.
    func end() {
        if isOver { return }
        isOver = true
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
