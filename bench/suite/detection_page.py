"""What a report shows of `detection` besides its rows: curves, and tables of shares with bounds."""
from . import plots, shares

OURS = ("kanaria", "kanaria, old content", "container")
TITLES = {
    "scheme": ("Found, by what was done to the file (from 1 KiB on)", "scheme"),
    "small file": ("Found among files of 512 to 1023 bytes", "scheme"),
    "rewrite": ("False alarms, by kind of honest rewrite", "rewrite"),
    "benign type": ("False alarms, by type of file as it was written", "type"),
    "benign package": ("False alarms, by package; files of one package are not independent", "package"),
    "attacked type": ("Found, by type of the file before (whole, header or blocks, from 1 KiB on)", "type"),
    "encrypted on purpose": ("Files that people encrypted, by tool: taken for an attack, and recognised",
                             "tool"),
}


def curves_of(entry):
    """Name and SVG of each plot."""
    for number, of in enumerate(entry.get("curves", []), 1):
        yield f"{entry['name']}-curve-{number}", plots.curve_of_shares(of["title"], of["curves"])


def tables_of(entry):
    """Title, head and lines of each table."""
    found = entry.get("shares", [])
    for name in dict.fromkeys(row["table"] for row in found):
        rows = [row for row in found if row["table"] == name]
        tools = list(dict.fromkeys(tool for row in rows for tool in row["hits"]))
        title, first = TITLES.get(name, (name, "case"))
        lines = [[row["case"], *(cell(row, tool) for tool in tools)] for row in rows]
        total = {"case": f"all {len(rows)}", "of": sum(row["of"] for row in rows), "hits": {
            tool: sum(row["hits"].get(tool, 0) for row in rows) for tool in tools}}
        lines.append([total["case"], *(cell(total, tool) for tool in tools)])
        yield title, [first, *tools], lines


def cell(row, tool):
    if tool not in row["hits"]:
        return "–"
    hits, of = row["hits"][tool], row["of"]
    return shares.told(hits, of) if tool in OURS else shares.percent(hits / of) if of else "–"


def facts_of(entry):
    """What the figures rest on, in a sentence."""
    of = entry.get("corpus")
    if not of:
        return ""
    missing = entry.get("missing", [])
    return (f"The {entry['half']} half: {of['files']:,} files of {of['types']} types ({of['modern']:,} zst, xz, "
            f"webp, 7z, heic or avif) from {of['packages']} packages, {of['rewrites']:,} honest rewrites, "
            f"{of['encryptedOnPurpose']:,} files encrypted on purpose, which are counted apart. Halves are "
            "split by package; nothing is tuned on the test half. Bounds are 95 % (Wilson)."
            + (f" Not tried: {'; '.join(missing)}." if missing else ""))


# English, Japanese, and the groups of schemes or the table that a line is about.
LINES = [
    ("whole file", "ファイル全体", "scheme", ("whole",)),
    ("header, blocks of 4K or 64K", "先頭、4K・64K のブロック", "scheme", ("header or blocks",)),
    ("16 of 32 bytes, 64 of 192, header kept, forged signature, last 4K",
     "32 バイト中 16、192 中 64、ヘッダー保持、偽の署名、末尾 4K", "scheme", ("fine or kept",)),
    ("base64, hexadecimal and the like", "base64、16 進など", "scheme", ("encoded",)),
    ("in zip, docx, gzip, wav, png, jpeg", "zip、docx、gzip、wav、png、jpeg の中", "scheme", ("wrapped",)),
    ("xor, substitution", "xor、換字", "scheme", ("classical",)),
    ("openssl, ccrypt, shred", "openssl、ccrypt、shred", "scheme", ("tool",)),
    ("gpg, age, 7z, zip with a password: count less, by design",
     "gpg、age、パスワード付き 7z・zip (設計上、軽い証拠)", "scheme", ("container",)),
    ("**false alarms**: benign files", "**誤報**: 正常なファイル", "benign type", None),
    ("**false alarms**: honest rewrites", "**誤報**: 正常な書き換え", "rewrite", None),
]
SHOWN = ["kanaria", "kanaria, old content", "Shannon > 7.5", "chi-square", "DAA-192", "RansomWhere?"]
JAPANESE = {"kanaria, old content": "kanaria (元の内容あり)"}


def part(found, language):
    """What stands between the marks in a manual; English or Japanese."""
    entry = next((entry for entry in found["benchmarks"] if entry["name"] == "detection"), {})
    if not entry.get("shares"):
        return "not measured\n" if language == "en" else "未測定\n"
    names = SHOWN if language == "en" else [JAPANESE.get(name, name) for name in SHOWN]
    rows = [["", *names], ["---"] * (len(names) + 1)]
    for english, japanese, table, groups in LINES:
        of = [row for row in entry["shares"] if row["table"] == table
              and (groups is None or row.get("group") in groups)]
        total = {"of": sum(row["of"] for row in of),
                 "hits": {tool: sum(row["hits"][tool] for row in of) for tool in (of[0]["hits"] if of else ())}}
        rows.append([english if language == "en" else japanese, *(cell(total, tool) for tool in SHOWN)])
    table = "".join("| " + " | ".join(row) + " |\n" for row in rows)
    return said(entry, found, language) + table


def said(entry, found, language):
    of, commit = entry["corpus"], entry.get("commit", found["commit"])[:12]
    packages = [row for row in entry["shares"] if row["table"] == "benign package"]
    wrong = sum(row["hits"]["kanaria"] > 0 for row in packages)
    if language == "ja":
        half = {"test": "評価用", "development": "開発用"}[entry["half"]]
        return (f"コミット `{commit}` で測定。{half}の半分: {of['packages']} パッケージの {of['files']:,} ファイル "
                f"({of['types']} 種)、正常な書き換え {of['rewrites']:,} 件。攻撃は 1 KiB 以上のファイル。括弧内は 95 % 区間 "
                f"(Wilson) と件数。kanaria の誤報はファイルの出所 {len(packages)} のうち {wrong} からです。\n\n")
    return (f"Measured at commit `{commit}`, on the {entry['half']} half: {of['files']:,} files of "
            f"{of['types']} types from {of['packages']} packages, {of['rewrites']:,} honest rewrites; attacks on "
            "files from 1 KiB on. In brackets 95 % bounds (Wilson) and counts. False alarms of kanaria come "
            f"from {wrong} of {len(packages)} sources of files.\n\n")
