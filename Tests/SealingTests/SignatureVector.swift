import Age
import Foundation
import Sealing
import Testing

/// One file of Vectors: lines `key: value`, an empty line, a sealed file.
struct SignatureVector: CustomTestStringConvertible, Sendable {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors")
    /// The second implementation.
    static let reference = folder.appending(path: "reference.py").path

    let testDescription: String
    let fields: [String: String]
    let file: [UInt8]

    static let all: [SignatureVector] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".vector") }.sorted().compactMap(SignatureVector.init)
    }()

    private init?(_ name: String) {
        guard let data = try? Data(contentsOf: Self.folder.appending(path: name)),
            let end = data.range(of: Data("\n\n".utf8))
        else { return nil }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\n")
        var fields = [String: String]()
        for line in lines {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        testDescription = name
        self.fields = fields
        file = Array(data[end.upperBound...])
    }

    func field(_ name: String) throws -> String { try #require(fields[name]) }
}

extension SignatureError {
    /// The error's name without its facts.
    var name: String { String("\(self)".prefix { $0 != "(" }) }
}
