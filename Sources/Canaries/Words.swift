/// The words that names and texts are put together from.
enum Words {
    /// Topics of documents, with a Japanese and an English name.
    static let topics: [(japanese: String, english: String)] = [
        ("勤務表", "shift_roster"), ("会議資料", "meeting_notes"), ("検査結果", "lab_results"),
        ("予約一覧", "appointments"), ("患者連絡先", "contact_list"), ("請求書", "invoice"),
        ("見積書", "quotation"), ("備品台帳", "equipment_register"), ("研修記録", "training_log"),
        ("手術予定", "theatre_schedule"), ("薬剤在庫", "pharmacy_stock"), ("月次報告", "monthly_report"),
        ("議事録", "minutes"), ("契約書", "contract"), ("予算案", "budget_draft"),
        ("紹介状控え", "referral_copies"), ("当直表", "night_duty"), ("点検表", "checklist"),
    ]

    /// What people put behind a topic.
    static let details: [(japanese: String, english: String)] = [
        ("控え", "copy"), ("最終", "final"), ("改訂版", "rev"), ("外来", "outpatient"),
        ("病棟", "ward"), ("事務", "office"), ("提出用", "submitted"), ("確認済", "checked"),
        ("旧", "old"), ("総務", "admin"), ("放射線科", "radiology"), ("薬局", "pharmacy"),
    ]

    /// Family names, Japanese and in Latin letters.
    static let families: [(japanese: String, latin: String)] = [
        ("佐藤", "Sato"), ("鈴木", "Suzuki"), ("高橋", "Takahashi"), ("田中", "Tanaka"),
        ("伊藤", "Ito"), ("渡辺", "Watanabe"), ("山本", "Yamamoto"), ("中村", "Nakamura"),
        ("小林", "Kobayashi"), ("加藤", "Kato"), ("吉田", "Yoshida"), ("山田", "Yamada"),
        ("松本", "Matsumoto"), ("井上", "Inoue"), ("木村", "Kimura"), ("清水", "Shimizu"),
    ]

    /// Given names, Japanese and in Latin letters.
    static let givens: [(japanese: String, latin: String)] = [
        ("陽子", "Yoko"), ("健一", "Kenichi"), ("美咲", "Misaki"), ("大輔", "Daisuke"),
        ("恵子", "Keiko"), ("翔太", "Shota"), ("由美", "Yumi"), ("直樹", "Naoki"),
        ("真理", "Mari"), ("和也", "Kazuya"), ("智子", "Tomoko"), ("拓也", "Takuya"),
    ]

    /// Duties and remarks in table cells.
    static let duties: [(japanese: String, english: String)] = [
        ("日勤", "day"), ("準夜", "evening"), ("深夜", "night"), ("休み", "off"),
        ("早出", "early"), ("遅出", "late"), ("研修", "training"), ("年休", "leave"),
    ]

    /// Whole sentences of notes and letters.
    static let sentences: [(japanese: String, english: String)] = [
        ("来週の予定を確認してください。", "Please confirm the schedule for next week."),
        ("会議は第二会議室で行います。", "The meeting takes place in room two."),
        ("資料は前日までに提出をお願いします。", "Hand in the papers by the day before."),
        ("変更がある場合は事務まで連絡してください。", "Tell the office about any change."),
        ("在庫の数を月末に点検しました。", "Stock was counted at the end of the month."),
        ("担当者の交代は別紙の通りです。", "See the annex for the change of staff."),
        ("検査の結果は次回の外来で説明します。", "Results will be explained at the next visit."),
        ("機器の修理は業者に依頼済みです。", "The supplier has been asked for the repair."),
        ("前回の議事録は承認されました。", "The minutes of the last meeting were accepted."),
        ("費用は今年度の予算から支出します。", "Costs are met from this year's budget."),
        ("研修の参加者は十二名でした。", "Twelve people took part in the training."),
        ("次回は来月の第一月曜日です。", "The next date is the first Monday of next month."),
    ]

    /// Names of hidden folders that programs leave behind.
    static let hiddenFolders = [
        ".backup", ".archive", ".cache", ".attachments", ".autosave", ".recovered", ".sync",
    ]
}
