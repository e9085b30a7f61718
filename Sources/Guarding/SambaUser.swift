/// A user as Samba knows it.
struct SambaUser: Sendable, Equatable {
    /// For people.
    var name: String
    /// For Samba.
    var identifier: SecurityIdentifier
    /// The number on this system; nil where that is not known.
    var number: UInt32?
}

/// A security identifier in its usual form, for example `S-1-22-1-2001`.
///
/// Samba takes it in lists of users for a name; it needs no quotation, whatever the name is.
/// Source: samba 4.17 source3/smbd/share_access.c, `token_contains_name`; tried with 4.17.12.
struct SecurityIdentifier: Hashable, Sendable {
    /// Digits, hyphens and the letter in front, at most 184 characters.
    let text: String

    /// That of a Unix user, which Samba puts into the token of whoever has that number here.
    init(unixUser number: UInt32) { text = "S-1-22-1-\(number)" }

    /// Takes what is exactly in that form; MS-DTYP 2.4.2.1.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 184, (4...18).contains(parts.count), Array(parts[0]) == [0x53],
            Array(parts[1]) == [0x31],
            parts.dropFirst(2).allSatisfy({ part in
                (1...15).contains(part.count) && part.allSatisfy { (0x30...0x39).contains($0) }
            })
        else { return nil }
        self.text = text
    }

    /// Whether it stands for whoever is let in without a name: nobody in particular.
    var isNobody: Bool {
        // Guests of a domain (the last number 501), everybody, anonymous, guests.
        text.hasPrefix("S-1-5-21-") && text.hasSuffix("-501")
            || ["S-1-1-0", "S-1-5-7", "S-1-5-32-546"].contains(text)
    }
}
