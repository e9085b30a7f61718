/// What a text is, by how it begins; only the encoding is certain.
func flavour(ofText head: Span<UInt8>, encoding: Kind) -> Kind {
    if encoding == .textUTF16 { return encoding }
    let at = head.firstVisible
    if hasTag("<!doctype html", head, at) || hasTag("<html", head, at) { return .html }
    if head.has("-----BEGIN ", at: at) { return .pem }
    if head.has("{\\rtf", at: at) { return .rtf }
    // Source: HL7 version 2.5.1 §2.5.1: a segment's name and the separator; 0x0B frames messages.
    let message = head.byte(at) == 0x0B ? at + 1 : at
    if head.has("MSH|", at: message) || head.has("FHS|", at: message) { return .hl7 }
    switch head.byte(at) {
    case 0x3C: return head.find("<svg", within: 4096) != nil ? .svg : .xml
    case 0x7B, 0x5B: return .json
    default: break
    }
    if head.has("From ") { return .mailbox }
    if isMail(head) { return .mail }
    return isTable(head) ? .csv : encoding
}

private func hasTag(_ tag: String, _ head: Span<UInt8>, _ at: Int) -> Bool {
    var offset = at
    for unit in tag.utf8 {
        let byte = head.byte(offset)
        let isCapital = (0x41...0x5A).contains(byte)
        guard (isCapital ? byte + 32 : byte) == unit else { return false }
        offset += 1
    }
    return true
}

/// Source: RFC 5322 §3.6: fields that a message begins with.
private func isMail(_ head: Span<UInt8>) -> Bool {
    let names = [
        "Return-Path:", "Received:", "Delivered-To:", "MIME-Version:", "Message-ID:", "From:",
        "To:", "Subject:", "Date:", "X-",
    ]
    var isField = false
    for name in names where head.has(name) { isField = true }
    guard isField else { return false }
    var count = 0
    for name in ["From:", "Subject:", "Date:", "Message-ID:", "Message-Id:"]
    where head.has(name) || head.find("\n\(name)", within: 4096) != nil {
        count += 1
    }
    return count >= 2
}

/// The same number of commas, semicolons or tabs in the first lines.
private func isTable(_ head: Span<UInt8>) -> Bool {
    for separator: UInt8 in [0x2C, 0x3B, 0x09] {
        var counts: [Int] = []
        var count = 0
        for i in head.indices {
            if head[i] == separator { count += 1 }
            guard head[i] == 0x0A else { continue }
            counts.append(count)
            count = 0
            if counts.count == 8 { break }
        }
        if counts.count >= 3, let first = counts.first, first > 0,
            counts.allSatisfy({ $0 == first })
        {
            return true
        }
    }
    return false
}
