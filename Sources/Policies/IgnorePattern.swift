/// What not to look at: a path, or a pattern with `*`, `?` and `**`.
///
/// With a leading slash it stands for a path and all beneath; without any slash, for every file
/// or folder of that name and all beneath. `*` and `?` stay within one name; `**` alone between
/// slashes stands for any number of names.
public struct IgnorePattern: Sendable, Equatable {
    /// The pattern as written.
    public let text: String
    private let components: [[UInt8]]
    private let isName: Bool

    init(_ entry: Entry, watch: [String]) throws(PolicyError) {
        let text = try entry.line()
        self.text = text
        isName = text.first != "/"
        let slash = UInt8(ascii: "/")
        if isName {
            guard !text.utf8.contains(slash), text != ".", text != "..",
                !Self.matchesAnything(Array(text.utf8))
            else { throw .badPattern(at: entry.place, text: text) }
            components = [Array(text.utf8)]
            return
        }
        if let fault = PathFault.first(in: text) {
            throw .badPath(at: entry.place, text: text, fault: fault)
        }
        components = Self.names(Array(text.utf8))
        let literal = components.prefix { !$0.contains { Self.isWild($0) } }
        let prefix = literal.reduce(into: [UInt8]()) { $0 += [slash] + $1 }
        let folders = watch.map { Array($0.utf8) }
        guard folders.contains(where: { PathFault.isPath(prefix, beneath: $0) }) else {
            throw .outsideWatch(at: entry.place, text: text)
        }
        let rest = components.dropFirst(literal.count)
        let isAll = rest.allSatisfy { Self.matchesAnything($0) }
        guard !isAll || !folders.contains(where: { PathFault.isPath($0, beneath: prefix) }) else {
            throw .badPattern(at: entry.place, text: text)
        }
    }

    /// Whether the pattern stands for a path or a folder above it; allocates nothing.
    public func matches(_ path: Span<UInt8>) -> Bool {
        guard isName else { return Self.matches(path, from: 0, components[...]) }
        var at = 0
        while let name = Self.nextName(path, &at) {
            if Self.name(path.extracting(name), matches: components[0]) { return true }
        }
        return false
    }

    /// The next part of a path that lies between slashes.
    private static func nextName(_ path: Span<UInt8>, _ at: inout Int) -> Range<Int>? {
        while at < path.count, path[at] == UInt8(ascii: "/") { at += 1 }
        let start = at
        while at < path.count, path[at] != UInt8(ascii: "/") { at += 1 }
        return start == at ? nil : start..<at
    }

    private static func names(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).map(Array.init)
    }

    private static func isWild(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?")
    }

    private static func matchesAnything(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private static func matches(
        _ path: Span<UInt8>, from start: Int, _ pattern: ArraySlice<[UInt8]>
    ) -> Bool {
        guard let first = pattern.first else { return true }
        var at = start
        if first.elementsEqual("**".utf8) {
            // A last `**` stands for what lies beneath, not for the folder itself.
            if pattern.count == 1 { return nextName(path, &at) != nil }
            repeat {
                if matches(path, from: at, pattern.dropFirst()) { return true }
            } while nextName(path, &at) != nil
            return false
        }
        guard let name = nextName(path, &at),
            Self.name(path.extracting(name), matches: first)
        else { return false }
        return matches(path, from: at, pattern.dropFirst())
    }

    // Goes back only to the last star, so the time is at most the product of the lengths.
    private static func name(_ name: Span<UInt8>, matches pattern: [UInt8]) -> Bool {
        var (at, next) = (0, 0)
        var star: (at: Int, next: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                star = (at, next + 1)
                next += 1
            } else if next < pattern.count,
                pattern[next] == UInt8(ascii: "?") || pattern[next] == name[at]
            {
                at += 1
                next += 1
            } else if let last = star {
                star = (last.at + 1, last.next)
                (at, next) = (last.at + 1, last.next)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
