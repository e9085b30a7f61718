import Messages
import Testing

@Test(
    "the option, LC_ALL, LC_MESSAGES and LANG decide in this order",
    arguments: [
        ([:], nil, Language.en), (["LANG": "ja_JP.UTF-8"], nil, .ja),
        (["LANG": "ja_JP.UTF-8", "LC_MESSAGES": "C"], nil, .en),
        (["LANG": "C", "LC_MESSAGES": "ja"], nil, .ja),
        (["LC_ALL": "", "LANG": "ja_JP"], nil, .ja),
        (["LC_ALL": "en_US", "LC_MESSAGES": "ja"], nil, .en),
        (["LC_ALL": "en_US"], "ja", .ja), (["LC_ALL": "ja_JP"], "en", .en),
        (["LANG": "ja_JP"], "", .ja), (["LANG": "jam_JM"], nil, .en), (["LANG": "JA_jp"], nil, .ja),
    ] as [([String: String], String?, Language)])
func languages(environment: [String: String], option: String?, language: Language) {
    #expect(Language.from(environment: environment, option: option) == language)
    #expect(Message(en: "en", ja: "ja").text(language) == language.rawValue)
}
