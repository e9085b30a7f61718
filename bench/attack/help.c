/* What kanaria-attack says, in English and Japanese. */
#include "attack.h"

#include <stdio.h>
#include <string.h>

static const char *const english[] = {
    [M_HELP] =
        "kanaria-attack: encrypts files of a folder that it made itself, to test the guard.\n"
        "\n"
        "  kanaria-attack make DIR [--files 100] [--folders 8] [--size 16384] [--seed 1]\n"
        "  kanaria-attack run DIR [options]\n"
        "  kanaria-attack verify DIR    print {intact, changed, missing, extra, bytes} as JSON\n"
        "  kanaria-attack remove DIR    remove the folder\n"
        "\n"
        "run:\n"
        "  --speed N|max         files per second (default max)\n"
        "  --workers W           process, threads:8, tree:4, setsid:4 or per-file\n"
        "  --method M            inplace, newdelete, renamefirst, truncate, mmap, uring,\n"
        "                        direct or copyover\n"
        "  --part P              full, head:4096 or intermittent:16384\n"
        "  --suffix .locked      give changed files this suffix (default: keep the name)\n"
        "  --order O             readdir, name, size (smallest first), mtime (newest first),\n"
        "                        depth (shallow first) or random (--seed S)\n"
        "  --first PATH          begin with this file of DIR\n"
        "  --limit N             stop after N files\n"
        "  --hold                keep changed files open to the end (not with per-file)\n"
        "  --deadline SECONDS    stop by then at the latest (default 600, at most 3600)\n"
        "  --progress FILE       make FILE, outside DIR, and count in it; it outlives a kill\n"
        "  --json                print the figures as JSON\n"
        "\n"
        "--lang en|ja chooses the language. The key is random and never kept: only files that\n"
        "make wrote belong in DIR. Any other folder, copy, link or mount is refused.\n"
        "\n"
        "Exit: 0 done (verify: all intact), 1 some file failed or input/output failed, 2 usage,\n"
        "3 refused: not a folder made by make, 4 a worker was stopped by a signal,\n"
        "5 verify found differences.\n",
    [M_USAGE] = "cannot use this argument (see --help)",
    [M_NO_DIR] = "refused: cannot open the folder",
    [M_SYMLINK] = "refused: the path leads through a symbolic link",
    [M_MOUNT] = "refused: the folder is a mount point",
    [M_NO_MARKER] = "refused: no marker, so this folder was not made by kanaria-attack",
    [M_BAD_MARKER] = "refused: the marker is not genuine",
    [M_MOVED] = "refused: the marker belongs to another folder",
    [M_OWNER] = "refused: the folder belongs to another user",
    [M_EXTRA] = "refused: too many files here that make did not write",
    [M_PROGRESS] = "the progress file must be new and outside the folder",
    [M_FIRST] = "--first names no file of the folder",
    [M_EXISTS] = "exists already",
    [M_IO] = "input or output failed",
};

static const char *const japanese[] = {
    [M_HELP] =
        "kanaria-attack: 自分で作成したフォルダのファイルだけを暗号化し、防御を試験します。\n"
        "\n"
        "  kanaria-attack make DIR [--files 100] [--folders 8] [--size 16384] [--seed 1]\n"
        "  kanaria-attack run DIR [オプション]\n"
        "  kanaria-attack verify DIR    {intact, changed, missing, extra, bytes} を JSON で出力\n"
        "  kanaria-attack remove DIR    フォルダを削除\n"
        "\n"
        "run:\n"
        "  --speed N|max         毎秒のファイル数 (既定 max)\n"
        "  --workers W           process, threads:8, tree:4, setsid:4, per-file\n"
        "  --method M            inplace, newdelete, renamefirst, truncate, mmap, uring,\n"
        "                        direct, copyover\n"
        "  --part P              full, head:4096, intermittent:16384\n"
        "  --suffix .locked      変更したファイルに付ける拡張子 (既定: 名前を変えない)\n"
        "  --order O             readdir, name, size (小さい順), mtime (新しい順),\n"
        "                        depth (浅い順), random (--seed S)\n"
        "  --first PATH          DIR 内のこのファイルから始める\n"
        "  --limit N             N 個で終了\n"
        "  --hold                変更したファイルを最後まで開いておく (per-file とは併用不可)\n"
        "  --deadline SECONDS    遅くともこの秒数で終了 (既定 600、最大 3600)\n"
        "  --progress FILE       DIR の外に FILE を新しく作り、進み具合を記録 (強制終了後も残る)\n"
        "  --json                結果を JSON で出力\n"
        "\n"
        "--lang en|ja で言語を選びます。鍵は無作為で保存されません。DIR には make が書いた\n"
        "ファイルだけを置いてください。ほかのフォルダ、コピー、リンク、マウントは拒否します。\n"
        "\n"
        "終了コード: 0 完了 (verify: すべて無傷)、1 一部のファイルまたは入出力の失敗、\n"
        "2 使い方の誤り、3 拒否 (make が作ったフォルダではない)、4 シグナルで停止された、\n"
        "5 verify が違いを検出。\n",
    [M_USAGE] = "この引数は使えません (--help を参照)",
    [M_NO_DIR] = "拒否: フォルダを開けません",
    [M_SYMLINK] = "拒否: パスにシンボリックリンクがあります",
    [M_MOUNT] = "拒否: フォルダがマウントポイントです",
    [M_NO_MARKER] = "拒否: 印がありません。kanaria-attack が作ったフォルダではありません",
    [M_BAD_MARKER] = "拒否: 印が本物ではありません",
    [M_MOVED] = "拒否: 印は別のフォルダのものです",
    [M_OWNER] = "拒否: フォルダの所有者が別のユーザーです",
    [M_EXTRA] = "拒否: make が書いていないファイルが多すぎます",
    [M_PROGRESS] = "進み具合のファイルは、フォルダの外に新しく作れる必要があります",
    [M_FIRST] = "--first のファイルがフォルダにありません",
    [M_EXISTS] = "すでに存在します",
    [M_IO] = "入出力に失敗しました",
};

static const char *const *messages = english;

void choose_language(const char *name) {
    messages = strncmp(name, "ja", 2) == 0 ? japanese : english;
}

const char *text(enum message m) { return messages[m]; }

int complain(enum exit_code code, enum message m, const char *detail) {
    fprintf(stderr, "kanaria-attack: %s: %s\n", text(m), detail);
    return (int)code;
}
