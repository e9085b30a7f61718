"""The figures of README and manuals: what stands between two marks comes from a results file.

    <!-- bench guard -->
    … written here …
    <!-- /bench guard -->
"""
import pathlib, re, sys

from . import detection_page
from .results import ResultsError, met, write_text

MARK = re.compile(r"(<!-- bench (\w+) -->\n)(.*?)(<!-- /bench \2 -->)", re.S)
WAYS = ["newdelete", "renamefirst", "truncate", "mmap", "uring", "direct", "copyover"]
NO_CANARY = "no canary, 250 files/s, "

# English, Japanese, benchmark, works (with a place each where there is one).
LOST = [
    ("canary met first, unthrottled, 1 process", "最初にカナリア、速度制限なし、1 プロセス",
     "loss", ["canary met first, 1 process"]),
    ("the same, 8 threads", "同、8 スレッド", "loss", ["canary met first, 8 threads"]),
    ("the same, tree of 5", "同、5 プロセスの木", "loss", ["canary met first, tree of 5"]),
    ("the same, tree of 5 in sessions of their own", "同、別セッションの 5 プロセス",
     "loss", ["canary met first, tree of 5 in sessions"]),
    ("no canary, 38, 250 or 417 files a second", "カナリアなし、毎秒 38、250、417 ファイル",
     "speed", [("no canary", 38), ("no canary", 250), ("no canary", 417)]),
    ("no canary, 250 a second: 8 threads, tree of 5, one process per file",
     "カナリアなし、毎秒 250: 8 スレッド、5 プロセスの木、ファイルごとのプロセス",
     "loss", [NO_CANARY + way for way in ("8 threads", "tree of 5", "one process per file")]),
    ("no canary, 250 a second: new file and delete, rename, truncate, mmap, io_uring, O_DIRECT, "
     "copy over", "カナリアなし、毎秒 250: 新規作成と削除、改名、切り詰め、mmap、io_uring、O_DIRECT、"
     "上書きコピー", "loss", [NO_CANARY + way for way in WAYS]),
    ("no canary, unthrottled", "カナリアなし、速度制限なし", "speed", ["no canary, unthrottled"]),
]
# English, Japanese, benchmark, work, quantity, figure, unit, and the tool unless it is kanaria.
FIGURES = [
    ("canary touched to actor ended, 99 of 100", "カナリアへの接触から終了まで (99 %)",
     "touch", "open for writing", "time to end", "p99", " ms"),
    ("events a second", "毎秒のイベント数", "rate", "2 writers rename", "events a second", "median",
     ""),
    ("the same two writers, nobody watching", "同じ二つの書き手、番人なし", "rate", "2 writers rename",
     "events a second", "median", "", "nobody"),
    ("events a second on tmpfs, which takes less of the processors", "プロセッサー負荷の小さい tmpfs での毎秒のイベント数",
     "rate", "2 writers rename on tmpfs", "events a second", "median", ""),
    ("of these lost", "そのうち失った記録", "rate", "2 writers rename", "overflows", "maximum", ""),
    ("allocations for each event on the sensor's thread", "センサーのイベントごとのメモリー確保",
     "counts", "small files", "allocations an event", "median", ""),
    ("system calls for each event on the sensor's thread", "同、システムコール",
     "counts", "small files", "system calls an event", "median", ""),
    ("start, 1,000,000 files", "起動、100 万ファイル", "growth", ("start", 1_000_000),
     "watching after", "median", " s"),
    ("resident memory with canaries, 1,000,000 files", "常駐メモリー (カナリアあり、100 万ファイル)",
     "growth", ("running", 1_000_000), "resident memory", "maximum", " MiB", "kanaria, canaries"),
    ("processor when idle, 1,000,000 files", "待機中のプロセッサー (100 万ファイル)",
     "growth", ("running", 1_000_000), "processor when idle", "median", " %"),
    ("20,000 small files written, against nobody", "小さなファイル 20,000 個の書き込み (番人なしとの比)",
     "cost", "20,000 small files", "time against nobody", "median", ""),
    ("2 GiB sequential, against nobody", "2 GiB の連続書き込み (同)",
     "cost", "2 GiB sequential", "time against nobody", "median", ""),
    ("60,000 random 4 KiB, against nobody", "4 KiB × 60,000 のランダム書き込み (同)",
     "cost", "60,000 random 4 KiB", "time against nobody", "median", ""),
    ("added to opening a file to read while the gate is up", "ゲートが上がっている間、読むために開くときの増分",
     "gate", "open to read and close", "added", "median", " µs", "kanaria, gate up"),
    ("the same to write", "同、書くために開くとき", "gate", "open to write and close", "added", "median", " µs", "kanaria, gate up"),
    ("4,000 operations of an SMB client, against nobody", "SMB クライアントの操作 4,000 件 (番人なしとの比)",
     "smb", "a client's work", "time against nobody", "median", ""),
    ("the same with Samba's full_audit instead", "同、代わりに Samba の full_audit", "smb", "a client's work",
     "time against nobody", "median", "", "full_audit"),
    ("files that an SMB client damages, no canary, 60 a second", "SMB クライアントが損なうファイル (カナリアなし、毎秒 60)",
     "smb", "no canary, 60 files/s", "files damaged", "median", ""),
    ("the same with full_audit and fail2ban instead", "同、代わりに full_audit と fail2ban", "smb",
     "no canary, 60 files/s", "files damaged", "median", "", "full_audit, fail2ban"),
    ("where it keeps the names of files", "同、ファイル名を変えない場合", "smb", "no canary, 60 files/s, names kept",
     "files damaged", "median", ""),
    ("the same with full_audit and fail2ban", "同、full_audit と fail2ban の場合", "smb",
     "no canary, 60 files/s, names kept", "files damaged", "median", "", "full_audit, fail2ban"),
    ("SMB client at a canary to its cut-off, 99 of 100", "SMB クライアントのカナリア接触から遮断まで (99 %)",
     "smb", "timeline", "canary to cut-off", "p99", " ms"),
]
GIB = 1 << 30
# English, Japanese, work, place, quantity, unit, peer.
SEAL = [
    ("protect 1 GiB", "1 GiB の封印", "sizes", ("protect one file", GIB), "age"),
    ("unlock 1 GiB", "1 GiB の開封", "sizes", ("unlock one file", GIB), "age"),
    ("protect 1 GiB through pipes", "1 GiB の封印 (パイプ)", "sizes", "protect through pipes", "age"),
    ("verify 1 GiB, nothing written", "1 GiB の検証 (書き込みなし)", "sizes",
     "verify, nothing written", "age to /dev/null"),
    ("protect 10,000 files of 20 KiB as a folder", "20 KiB × 10,000 件をフォルダーとして封印", "many",
     "protect a folder of 10,000 files", "tar | age"),
    ("unlock the same", "同、開封", "many", "unlock a folder of 10,000 files", "age | tar"),
    ("protect 10,000 files in one call (age: a tenth, in a loop)",
     "10,000 件を一度に封印 (age は 1 割を繰り返し)", "many", "protect 10,000 files", "age, a tenth"),
    ("unlock the same", "同、開封", "many", "unlock 10,000 files", "age, a tenth"),
    ("seal to 1,000 recipients", "受信者 1,000 人への封印", "recipients", ("seal", 1000), "age"),
    ("open as the last of them", "最後の人の開封", "recipients", ("open as the last", 1000), "age"),
]
WORDS = {
    "en": {"none": "not measured", "missed": "missed", "lost": ["attack", "median", "max", "canaries changed, max", "runs", "goal"],
           "figures": ["", "kanaria", "kernel's floor", "inotify", "goal"],
           "seal": ["", "kanaria", "beside", "times as fast", "goal"]},
    "ja": {"none": "未測定", "missed": "未達", "lost": ["攻撃", "中央値", "最大", "変更されたカナリア (最大)", "回数", "目標"],
           "figures": ["", "kanaria", "カーネルの下限", "inotify", "目標"],
           "seal": ["", "kanaria", "比較対象", "速さの比", "目標"]},
}


def renew(paths, found, check):
    """Writes the figures into the files, or tells which differ; returns the exit code."""
    code = 0
    for path in map(pathlib.Path, paths):
        try:
            old = path.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise ResultsError(f"cannot read {path}: {error}", 66) from error
        new = renewed(old, found, "ja" if path.name.endswith(".ja.md") else "en", path)
        if new == old:
            continue
        if check:
            print(f"{path}: its figures are not those of the results file", file=sys.stderr)
            code = 1
        else:
            write_text(path, new)
    return code


def renewed(text, found, language, path="text"):
    parts = {"guard": guard, "seal": seal, "detection": detection_page.part}
    opened, whole = re.findall(r"<!-- /?bench \w+ -->", text), MARK.findall(text)
    if not whole or len(opened) != 2 * len(whole):
        raise ResultsError(f"{path}: marks are missing or not in pairs")
    for _, name, _, _ in whole:
        if name not in parts:
            raise ResultsError(f"{path}: no part {name!r}; there are {', '.join(parts)}")
    return MARK.sub(lambda m: m[1] + parts[m[2]](found, language) + m[4], text)


class Rows:
    """Looks up rows of a file; what is missing is told as such."""

    def __init__(self, found, language):
        self.found, self.words = found, WORDS[language]

    def get(self, benchmark, work, tool, quantity):
        work, at = work if isinstance(work, tuple) else (work, None)
        wanted = (benchmark, work, tool, quantity, at)
        return next((row for row in self.found["rows"] if wanted == (
            row["benchmark"], row["work"], row["tool"], row["quantity"], row.get("at"))), None)

    def goal(self, rows):
        bounds = [row["goal"] for row in rows if row and "goal" in row]
        if not bounds:
            return "–"
        row = next(row for row in rows if row and "goal" in row)
        sign = "≥" if row["better"] == "higher" else "≤"
        missed = any(met(row) is False for row in rows if row)
        return f"{sign} {bounds[0]['bound']:,g}" + (f", {self.words['missed']}" if missed else "")


def guard(found, language):
    rows = Rows(found, language)
    lost = [lost_row(rows, *line, language) for line in LOST]
    figures = [figure_row(rows, language, *line) for line in FIGURES]
    return (about(found, language) + table(rows.words["lost"], lost) + "\n"
            + table(rows.words["figures"], figures))


def seal(found, language):
    rows = Rows(found, language)
    lines = []
    for english, japanese, benchmark, work, peer in SEAL:
        one, other = (rows.get(benchmark, work, tool, "time") for tool in ("kanaria", peer))
        speed = rows.get(benchmark, work, "kanaria", f"speed against {peer}")
        lines.append([english if language == "en" else japanese,
                      told(rows, one, "median", " s"), told(rows, other, "median", f" s ({peer})"),
                      told(rows, speed, "median", ""), rows.goal([speed])])
    for english, japanese, name, unit in (
            ("`inspect`, from the call to the end", "`inspect` の開始から終了まで",
             ("start", "inspect a file", "kanaria", "time"), " ms"),
            ("1,000 recipients on top of one, seal", "受信者 1,000 人の追加時間 (封印)",
             ("recipients", ("seal", 1000), "kanaria", "time on top of one recipient"), " s"),
            ("1,000 recipients on top of one, open as the last", "同 (最後の人の開封)",
             ("recipients", ("open as the last", 1000), "kanaria",
              "time on top of one recipient"), " s"),
            ("resident memory, 1 GiB", "常駐メモリー (1 GiB)",
             ("sizes", ("protect one file", GIB), "kanaria", "resident memory"), " MiB")):
        row = rows.get(*name)
        lines.append([english if language == "en" else japanese, told(rows, row, "median", unit),
                      "–", "–", rows.goal([row])])
    return about(found, language) + table(rows.words["seal"], lines)


def lost_row(rows, english, japanese, benchmark, works, language):
    found = [rows.get(benchmark, work, "kanaria", "files lost") for work in works]
    known = [row for row in found if row]
    label = english if language == "en" else japanese
    if len(known) < len(found):
        return [label, *[rows.words["none"]] * 4, rows.goal(found)]
    medians = sorted(row["summary"]["median"] for row in known)
    middle = f"{medians[0]:g}" if medians[0] == medians[-1] else f"{medians[0]:g}–{medians[-1]:g}"
    touched = [rows.get(benchmark, work, "kanaria", "canaries changed") for work in works]
    changed = max((row["summary"]["maximum"] for row in touched if row), default="–")
    return [label, middle, f"{max(row['summary']['maximum'] for row in known):g}", f"{changed}",
            f"{sum(row['summary']['runs'] for row in known)}", rows.goal(found)]


def figure_row(rows, language, english, japanese, benchmark, work, quantity, figure, unit,
               own_tool="kanaria"):
    own = rows.get(benchmark, work, own_tool, quantity)
    peers = [rows.get(benchmark, work, tool, quantity) for tool in ("floor", "inotify")]
    return [english if language == "en" else japanese, told(rows, own, figure, unit),
            *(told(rows, peer, figure, unit) if peer else "–" for peer in peers),
            rows.goal([own])]


def told(rows, row, figure, unit):
    if not row:
        return rows.words["none"]
    value = row["summary"][figure]
    return f"{value:,.0f}{unit}" if abs(value) >= 100 or value == 0 else f"{value:.3g}{unit}"


def table(head, lines):
    rows = [head, ["---"] * len(head), *lines]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n"
                   for row in rows)


def about(found, language):
    machine = found["machine"]
    system = (f"{machine['processors']} × {machine['processor']}, Linux {machine['kernel']}, "
              f"{', '.join(machine['fileSystems'].values())}")
    day, commit = found["started"][:10], found["commit"][:12]
    others = [f"{entry['name']} ({entry['commit'][:12]})"
              for entry in found["benchmarks"] if "commit" in entry]
    if language == "ja":
        later = f"別のコミットで測定したもの: {'、'.join(others)}。" if others else ""
        return (f"{day} に、コミット `{commit}`、{system} (負荷 {machine['load']:g}) で測定しました。中央値です。"
                f"{later}全数値は `bench/results/reference.json` にあります。\n\n")
    later = f"Measured at other commits: {', '.join(others)}. " if others else ""
    return (f"Measured on {day} at commit `{commit}`, {system} (load {machine['load']:g}); medians "
            f"unless said. {later}All figures are in `bench/results/reference.json`.\n\n")
