import Foundation
import Testing

/// A machine with an administrator, three persons and a settings file, all in one folder.
struct SealedSite {
    let kanaria: Kanaria
    /// Arguments that point to it.
    let settings = ["--settings", "seal.yaml"]

    init() throws {
        kanaria = try Kanaria()
        let folder = kanaria.folder
        for name in ["lists", "exports"] {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        try kanaria.write(
            "seal.yaml",
            """
            version: 1
            recipients-directory: \(folder)/lists
            administrator-key: \(folder)/admin.pub
            exports-directory: \(folder)/exports
            """)
        try kanaria.run(["keygen", "--signing", "-o", "admin"])
        try kanaria.write("admin.pub", try kanaria.run(["keygen", "-y", "admin"]).output)
        try kanaria.write("plain", "patients")
        var persons = "version: 1\npersons:\n"
        for name in ["sato", "tanaka", "vault"] {
            let key = try key(name)
            persons += "  - name: \(name)\n    keys: [\(key)]\n"
            if name == "vault" { persons += "    escrow: true\n" }
        }
        try kanaria.write("lists/persons.yaml", persons)
        try kanaria.write(
            "lists/groups.yaml",
            "version: 1\ngroups:\n  - {name: 病棟, members: [inner, tanaka]}\n"
                + "  - {name: inner, members: [sato]}\n")
        try sign("persons.yaml", "groups.yaml")
    }

    /// Makes an identity under a name and tells its public key.
    func key(_ name: String) throws -> String {
        try kanaria.run(["keygen", "-o", name])
        return try kanaria.run(["keygen", "-y", name]).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Signs lists as the administrator.
    func sign(_ lists: String...) throws {
        let paths = lists.map { "lists/" + $0 }
        let signed = try kanaria.run(["recipients", "sign", "--key", "admin"] + paths)
        #expect(signed.code == 0, "\(signed.error)")
    }

    /// Seals `plain` to names.
    func protect(_ arguments: [String]) throws -> Kanaria.Result {
        try? FileManager.default.removeItem(atPath: kanaria.folder + "/plain.age")
        return try kanaria.run(["protect", "plain"] + settings + arguments)
    }

    /// Who of the persons can open `plain.age`.
    var openers: [String] {
        get throws {
            try ["sato", "tanaka", "vault"].filter {
                try kanaria.run(["verify", "-i", $0, "plain.age"] + settings).code == 0
            }
        }
    }
}
