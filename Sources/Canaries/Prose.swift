/// Invented sentences, people and figures of one language and day.
struct Prose {
    let isJapanese: Bool
    let day: CalendarDay

    /// One of a list that is never empty.
    static func pick<Element>(
        _ list: [Element], using random: inout some RandomNumberGenerator
    ) -> Element {
        list[Int.random(in: 0..<list.count, using: &random)]
    }

    /// A heading.
    func title(using random: inout some RandomNumberGenerator) -> String {
        let topic = Self.pick(Words.topics, using: &random)
        let plain = topic.english.split(separator: "_").joined(separator: " ")
        return isJapanese ? "\(topic.japanese) \(day.year)年\(day.month)月" : "\(plain) \(day.year)"
    }

    /// A person's name.
    func person(using random: inout some RandomNumberGenerator) -> String {
        let family = Self.pick(Words.families, using: &random)
        let given = Self.pick(Words.givens, using: &random)
        return isJapanese ? family.japanese + given.japanese : "\(given.latin) \(family.latin)"
    }

    /// One line of a letter or note with a date or a figure in it.
    func sentence(using random: inout some RandomNumberGenerator) -> String {
        let pair = Self.pick(Words.sentences, using: &random)
        let text = isJapanese ? pair.japanese : pair.english
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let mark = CalendarDay.two(Int.random(in: 1...28, using: &random))
            return "\(day.year)-\(CalendarDay.two(day.month))-\(mark) \(text)"
        case 1: return "\(text) (\(person(using: &random)))"
        default: return text
        }
    }

    /// The cells of one row of a roster.
    func row(_ number: Int, using random: inout some RandomNumberGenerator) -> [String] {
        var cells = ["\(number)", person(using: &random)]
        for _ in 0..<5 {
            let duty = Self.pick(Words.duties, using: &random)
            cells.append(isJapanese ? duty.japanese : duty.english)
        }
        cells.append("\(Int.random(in: 12...190, using: &random))")
        return cells
    }

    /// The heads of the columns of `row`.
    var columns: [String] {
        isJapanese
            ? ["番号", "氏名", "月", "火", "水", "木", "金", "時間"]
            : ["no", "name", "mon", "tue", "wed", "thu", "fri", "hours"]
    }
}
