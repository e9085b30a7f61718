import Foundation
import Testing

@Suite("Recipients by name", .timeLimit(.minutes(2)))
struct RecipientsTests {
    let site: SealedSite
    private var kanaria: Kanaria { site.kanaria }

    init() throws { site = try SealedSite() }

    @Test(
        "A name, a group or a key is sealed to",
        arguments: [
            (["--to", "sato"], ["sato"]), (["--to", "病棟"], ["sato", "tanaka"]),
            (["--to", "sato,vault"], ["sato", "vault"]),
            (["--to", "sato", "--to", "病棟"], ["sato", "tanaka"]),
        ] as [([String], [String])])
    func names(arguments: [String], openers: [String]) throws {
        let run = try site.protect(arguments)
        #expect(run.code == 0, "\(run.error)")
        #expect(try site.openers == openers)
    }

    @Test("A key stands beside a name")
    func keyBesideName() throws {
        let key = try site.key("guest")
        #expect(try site.protect(["--to", "sato," + key]).code == 0)
        #expect(try site.openers == ["sato"])
        #expect(try kanaria.run(["verify", "-i", "guest", "plain.age"]).code == 0)
    }

    @Test("An unknown name is told")
    func unknown() throws {
        let run = try site.protect(["--to", "nobody"])
        #expect(run.code == 78)
        #expect(run.error.contains("'nobody'"))
    }

    @Test("A signature that can't be written is told as such")
    func unwritable() throws {
        let signature = kanaria.folder + "/lists/persons.yaml.sig"
        try FileManager.default.removeItem(atPath: signature)
        try FileManager.default.createDirectory(
            atPath: signature, withIntermediateDirectories: false)
        let run = try kanaria.run(["recipients", "sign", "--key", "admin", "lists/persons.yaml"])
        #expect(run.code == 74)
        #expect(run.error.contains("persons.yaml.sig can't be written"), "\(run.error)")
    }

    @Test("A list that nobody signed is refused")
    func unsigned() throws {
        try FileManager.default.removeItem(atPath: kanaria.folder + "/lists/groups.yaml.sig")
        let run = try site.protect(["--to", "sato"])
        #expect(run.code == 76)
        #expect(run.error.contains("groups.yaml is not signed"))
        #expect(!kanaria.names.contains("plain.age"))
    }

    @Test("A list that was changed after signing is refused")
    func changed() throws {
        let list = try #require(kanaria.read("lists/persons.yaml"))
        try kanaria.write("lists/persons.yaml", list + "# more\n")
        let run = try kanaria.run(["recipients", "check"] + site.settings)
        #expect(run.code == 76)
        #expect(run.error.contains("persons.yaml was changed"))
    }

    @Test("A list in another's place is refused")
    func swapped() throws {
        for suffix in ["", ".sig"] {
            try FileManager.default.moveItem(
                atPath: kanaria.folder + "/lists/persons.yaml" + suffix,
                toPath: kanaria.folder + "/lists/others.yaml" + suffix)
        }
        #expect(try kanaria.run(["recipients", "check"] + site.settings).code == 76)
    }

    @Test("A list signed by somebody else is refused")
    func otherSigner() throws {
        try kanaria.run(["keygen", "--signing", "-o", "mallory"])
        try kanaria.run(["recipients", "sign", "--key", "mallory", "lists/persons.yaml"])
        let run = try kanaria.run(["recipients", "check", "--lang", "ja"] + site.settings)
        #expect(run.code == 76)
        #expect(run.error.contains("管理者ではなく kanaria-issuer1"))
    }

    @Test("A malformed list is refused with its line, before and after signing")
    func malformed() throws {
        try kanaria.write(
            "lists/new.yaml", "version: 1\npersons:\n  - name: x\n    keys: [age1wrong]\n")
        let run = try kanaria.run(["recipients", "sign", "--key", "admin", "lists/new.yaml"])
        #expect(run.code == 78)
        #expect(run.error.contains("lists/new.yaml:4:12: persons[0].keys[0]"), "\(run.error)")
        #expect(try kanaria.run(["recipients", "check"] + site.settings).code == 76)
    }

    @Test("A member that is nobody is refused with its line")
    func unknownMember() throws {
        try kanaria.write("lists/new.yaml", "version: 1\ngroups:\n  - {name: x, members: [y]}\n")
        try site.sign("new.yaml")
        let run = try kanaria.run(["recipients", "check"] + site.settings)
        #expect(run.code == 78)
        #expect(run.error.contains("new.yaml:3:"), "\(run.error)")
    }

    @Test("The list is told as text and as JSON")
    func list() throws {
        let text = try kanaria.run(["recipients", "list"] + site.settings).output
        #expect(text.contains("vault: 1 keys, escrow"))
        let json = try kanaria.run(["recipients", "list", "--json"] + site.settings).output
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect((value?["persons"] as? [Any])?.count == 3)
        #expect((value?["groups"] as? [Any])?.count == 2)
    }

    @Test("A missing administrator's key is told")
    func noAdministrator() throws {
        try FileManager.default.removeItem(atPath: kanaria.folder + "/admin.pub")
        #expect(try site.protect(["--to", "sato"]).code == 66)
        try kanaria.write("admin.pub", "age1nonsense\n")
        #expect(try site.protect(["--to", "sato"]).code == 78)
    }
}
