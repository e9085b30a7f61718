import Foundation
import Testing

/// The targets that wrap C and may therefore say `unsafe`.
private let unsafeTargets: Set<String> = [
    "Compression", "Curl", "Linux", "Magic", "PostQuantum", "Seccomp", "Sodium", "YAML",
]
private let everything = Repository.swiftFiles("Sources") + Repository.swiftFiles("Tests")

@Suite struct CodeRulesTests {
    @Test("says unsafe only where C is wrapped", arguments: Repository.targets("Sources"))
    func memorySafety(target: String) throws {
        for file in Repository.swiftFiles("Sources/" + target) {
            for line in try Repository.lines(file).map(code) {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "@" && $0 != "_" }
                let isUnsafe = words.contains("unsafe") || words.contains("@unsafe")
                #expect(!isUnsafe || unsafeTargets.contains(target), "\(file): \(line)")
            }
        }
    }

    @Test(
        "takes no way around the compiler",
        arguments: [
            "@unchecked Sendable", "nonisolated(unsafe)", "try!", "as!", "fatalError(",
            "swift-format-ignore",
        ])
    func shortcuts(text: String) throws {
        for file in Repository.swiftFiles("Sources") {
            for line in try Repository.lines(file) {
                let searched = text == "swift-format-ignore" ? String(line) : code(line)
                #expect(!searched.contains(text), "\(file): \(line)")
            }
        }
    }

    @Test("has at most 400 lines", arguments: everything)
    func fileLength(file: String) throws {
        #expect(try Repository.lines(file).count <= 401)
    }

    @Test("has functions of at most 60 lines", arguments: everything)
    func functionLength(file: String) throws {
        for function in functions(in: try Repository.lines(file)) where function.lineCount > 60 {
            Issue.record("\(file):\(function.line): \(function.lineCount) lines")
        }
    }

    @Test func measuresFunctions() {
        let text = """
            struct A {
                init(
                    _ a: Int
                ) {
                    if a > 0 { print("{") }  // {
                }
                func b() -> Int { 1 }
                func c()
            }
            """
        let found = functions(in: text.split(separator: "\n"))
        #expect(found.map(\.line) == [2, 7, 8])
        #expect(found.map(\.lineCount).prefix(2) == [5, 1])
    }
}

private struct Function {
    var line: Int
    var lineCount: Int
}

/// Where functions begin and how long they are, by counting braces.
private func functions(in lines: [Substring]) -> [Function] {
    let code = lines.map(code)
    return code.indices.filter { startsFunction(code[$0]) }.map { first in
        var (depth, opened) = (0, false)
        for index in first..<code.count {
            for character in code[index] where character == "{" || character == "}" {
                depth += character == "{" ? 1 : -1
                opened = true
            }
            if opened && depth <= 0 || index > first && !opened && startsFunction(code[index]) {
                return Function(line: first + 1, lineCount: index - first + 1)
            }
        }
        return Function(line: first + 1, lineCount: 1)
    }
}

private func startsFunction(_ line: String) -> Bool {
    let words = line.split { $0 == " " || $0 == "(" || $0 == "<" || $0 == "?" }
    let modifiers: Set<Substring> = [
        "public", "private", "fileprivate", "internal", "package", "static", "mutating",
        "consuming", "borrowing", "override", "convenience", "required", "nonisolated",
    ]
    let first = words.first { !modifiers.contains($0) && !$0.hasPrefix("@") }
    return first == "func" || first == "init" || first == "deinit"
}
