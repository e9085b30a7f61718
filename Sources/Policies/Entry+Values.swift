// Each of these gives the value a key needs, or says why it is not one.
extension Entry {
    func boolean() throws(PolicyError) -> Bool {
        guard case .boolean(let flag) = value else { throw wrongType(.boolean) }
        return flag
    }

    func integer(_ range: ClosedRange<Int>) throws(PolicyError) -> Int {
        guard case .integer(let digits) = value else { throw wrongType(.integer) }
        guard let number = Int(digits), range.contains(number) else {
            throw outOfRange("\(range.lowerBound)", "\(range.upperBound)")
        }
        return number
    }

    func number(_ range: ClosedRange<Double>) throws(PolicyError) -> Double {
        switch value {
        case .integer, .number: break
        default: throw wrongType(.number)
        }
        guard let number = Double(text), range.contains(number) else {
            throw outOfRange("\(range.lowerBound)", "\(range.upperBound)")
        }
        return number
    }

    func duration(_ range: DurationRange) throws(PolicyError) -> Duration {
        switch value {
        case .text, .integer, .number: break
        default: throw wrongType(.text)
        }
        let limits = (DurationText.write(range.least), DurationText.write(range.most))
        switch DurationText.read(text) {
        case .duration(let duration) where range.contains(duration): return duration
        case .duration, .tooLarge: throw outOfRange(limits.0, limits.1)
        case .noUnit: throw .wrongUnit(at: place, text: text, units: DurationText.units)
        }
    }

    func percent(_ range: ClosedRange<Int>) throws(PolicyError) -> Int {
        switch value {
        case .text, .integer, .number: break
        default: throw wrongType(.text)
        }
        let digits = text.utf8.dropLast()
        guard text.utf8.last == UInt8(ascii: "%"), !digits.isEmpty,
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { throw .wrongUnit(at: place, text: text, units: ["%"]) }
        guard let percent = Int(text.dropLast()), range.contains(percent) else {
            throw outOfRange("\(range.lowerBound)%", "\(range.upperBound)%")
        }
        return percent
    }

    /// A text for people: one line, neither empty nor long.
    func line() throws(PolicyError) -> String {
        guard case .text(let text) = value else { throw wrongType(.text) }
        let scalars = text.unicodeScalars
        let isClean = scalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control
                && scalar.properties.generalCategory != .lineSeparator
                && scalar.properties.generalCategory != .paragraphSeparator
        }
        guard !text.isEmpty, isClean, scalars.count <= Limits.textScalarCount else {
            throw .badText(at: place, text: text)
        }
        return text
    }

    func choice<Choice>(
        _: Choice.Type
    ) throws(PolicyError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard case .text(let text) = value else { throw wrongType(.text) }
        guard let choice = Choice(rawValue: text) else {
            throw .notOneOf(
                at: place, text: text, choices: Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    func path() throws(PolicyError) -> String {
        guard case .text(let text) = value else { throw wrongType(.text) }
        if let fault = PathFault.first(in: text) {
            throw .badPath(at: place, text: text, fault: fault)
        }
        return text
    }

    func bytes(digitCounts: [Int]) throws(PolicyError) -> [UInt8] {
        // A digest of decimal digits alone would be read as a number.
        switch value {
        case .text, .integer: break
        default: throw wrongType(.text)
        }
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digitCounts.contains(digits.count) else {
            throw .badDigest(at: place, text: text, digitCounts: digitCounts)
        }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }

    func list() throws(PolicyError) -> [Entry] {
        guard case .list(let entries) = value else { throw wrongType(.list) }
        return entries
    }

    func fields(_ known: [String]) throws(PolicyError) -> Fields {
        guard case .mapping(let pairs) = value else { throw wrongType(.mapping) }
        var entries: [String: Entry] = [:]
        for (key, at, entry) in pairs {
            guard known.contains(key) else {
                throw .unknownKey(at: at, key: key, known: known)
            }
            // The YAML parser takes `a` and `"a"` for two keys.
            guard entries.updateValue(entry, forKey: key) == nil else {
                throw .duplicateKey(at: at, key: key)
            }
        }
        return Fields(entries: entries, place: place)
    }

    func outOfRange(_ least: String, _ most: String) -> PolicyError {
        .outOfRange(at: place, text: text, least: least, most: most)
    }
}

/// The values of one mapping, all of known keys.
struct Fields {
    let entries: [String: Entry]
    let place: Place

    subscript(key: String) -> Entry? { entries[key] }

    func required(_ key: String) throws(PolicyError) -> Entry {
        guard let entry = entries[key] else { throw .missingKey(at: place, key: key) }
        return entry
    }

    /// Checks the version of the format, which every file names.
    func checkVersion() throws(PolicyError) {
        let entry = try required("version")
        guard case .integer(let digits) = entry.value else { throw entry.wrongType(.integer) }
        guard digits == "1" else { throw .unsupportedVersion(at: entry.place, text: digits) }
    }

    func duration(
        _ key: String, or fallback: Duration, in range: DurationRange
    ) throws(PolicyError) -> Duration {
        try entries[key]?.duration(range) ?? fallback
    }

    func choice<Choice>(_ key: String, or fallback: Choice) throws(PolicyError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        try entries[key]?.choice(Choice.self) ?? fallback
    }

    func mapping(_ key: String, _ known: [String]) throws(PolicyError) -> Fields {
        try entries[key]?.fields(known) ?? Fields(entries: [:], place: place)
    }

    func list<Item: Equatable>(
        _ key: String, read: (Entry) throws(PolicyError) -> Item
    ) throws(PolicyError) -> [Item] {
        var items: [Item] = []
        for entry in try entries[key]?.list() ?? [] {
            let item = try read(entry)
            guard !items.contains(item) else {
                throw .repeated(at: entry.place, text: entry.text)
            }
            items.append(item)
        }
        return items
    }
}
