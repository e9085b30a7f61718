#!/usr/bin/env bash
# Shows the guard stopping real attacks on a folder that this script makes and removes.
# Root sees it with fanotify; anybody else with inotify, which sees less.
# Usage: bench/demo.sh; the programs come from $KANARIA_BIN (default .build/debug).
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${KANARIA_BIN:-.build/debug}
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-en}}}" in ja*) lang=ja ;; *) lang=en ;; esac
say() { if [ "$lang" = ja ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }

if [ ! -x "$bin/kanariad" ]; then
  say "No programs in $bin; build them first: swift build" \
      "$bin にプログラムがありません。先に swift build を実行してください"
  exit 69
fi

total=400
work=$(mktemp -d /var/tmp/kanaria-demo.XXXXXX)
daemon=
cleanup() {
  [ -n "$daemon" ] && kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null || true
  "$bin/kanaria-attack" remove "$work/files" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

make_files() {
  "$bin/kanaria-attack" make "$work/files" --files "$total" --folders 12 --size 16384 >/dev/null
}

ask() { # $1: name of this round, rest: verb and options
  local run=$work/run-$1
  shift
  "$bin/kanaria" "$@" --run-directory "$run" --lang "$lang"
}

start_guard() { # $1: name of this round, $2: whether canaries are planted
  cat > "$work/policy.yaml" <<POLICY
version: 1
name: demo
watch: ["$work/files"]
mode: kill
canaries: {enabled: $2}
state-directory: $work/state-$1
run-directory: $work/run-$1
POLICY
  mkfifo "$work/ready-$1"
  # Kept open while the guard runs, which may have more to say.
  exec 3<> "$work/ready-$1"
  "$bin/kanariad" --policy "$work/policy.yaml" --lang "$lang" 2>&3 3>&- &
  daemon=$!
  IFS= read -r line <&3
  printf '  %s\n' "$line"
  [ "$2" = false ] || ask "$1" canaries plant >/dev/null
}

stop_guard() {
  kill "$daemon"
  wait "$daemon" 2>/dev/null || true
  daemon=
  exec 3>&-
}

lost_files() {
  { "$bin/kanaria-attack" verify "$work/files" --json 2>/dev/null || true; } |
    sed -n 's/.*"changed": *\([0-9]*\).*"missing": *\([0-9]*\).*/\1 \2/p' |
    { read -r changed missing && echo $((changed + missing)); }
}

report() { # $1: name of this round, $2: milliseconds, $3: first incident, $4: the same in JSON
  local lost state reason program process user
  lost=$(lost_files)
  read -r _ state reason program process <<< "$3" || true
  if [ "${state:-}" != killed ]; then
    say "  NOT stopped: $lost of $total files lost" \
        "  阻止できませんでした: $total 個中 $lost 個のファイルを失いました"
    return 1
  fi
  user=$(sed -n 's/.*"user":"\([^"]*\)".*/\1/p' <<< "$4")
  process=${process//[()]/}
  say "  stopped: ${program##*/}, process $process of user $user, for $reason" \
      "  阻止しました: ${program##*/} (プロセス $process)、ユーザー $user、理由 $reason"
  say "  after $2 ms and $lost of $total files" "  $2 ミリ秒、$total 個中 $lost 個のファイルを失った時点"
}

round() { # $1: name, $2: canaries true/false, rest: command that attacks
  local name=$1 before after incident json
  make_files
  start_guard "$name" "$2"
  shift 2
  before=$(date +%s%N)
  # In braces, so that the shell's own word about the kill goes with the rest.
  { "$@" >/dev/null; } 2>/dev/null || true
  after=$(date +%s%N)
  incident=$(ask "$name" incidents --limit 1 | sed -n 1p)
  json=$(ask "$name" incidents --limit 1 --json)
  stop_guard
  report "$name" $(((after - before) / 1000000)) "$incident" "$json" || failed=1
  "$bin/kanaria-attack" remove "$work/files" >/dev/null
}

tell_sensor() {
  local text
  make_files
  start_guard look false > /dev/null
  text=$(ask look status)
  stop_guard
  "$bin/kanaria-attack" remove "$work/files" >/dev/null
  grep -q 'fanotify$' <<< "$text" && return
  say "!! DEGRADED: this guard is weaker than one that root runs. It lacks:" \
      "!! 機能制限: root で実行するガードより弱い状態です。足りないもの:"
  sed -n 's/^\(degraded\|制限\): /!!   /p' <<< "$text"
  say "!! An attack as fast as the disk may be over before it is found: these are of 250 files a second." \
      "!! ディスクの速度での攻撃は発見前に終わることがあります。ここでは毎秒 250 ファイルの攻撃を使います"
  pace=(--speed 250)
  say "!! For the whole guard: sudo make demo" "!! 完全なガードを試すには: sudo make demo"
}

openssl_loop() {
  setsid --wait bash -c 'find "$1" -type f ! -name ".kanaria*" | while read -r f; do
    openssl enc -aes-256-ctr -pbkdf2 -iter 1 -k x -nosalt -in "$f" -out "$f.locked" && rm -f "$f"
  done' attack "$work/files"
}

failed=0
# As fast as it can; a guard without privileges finds nobody so quickly, and is shown what it can.
pace=()
tell_sensor
say "1. Simulator, canaries in its way" "1. シミュレーター (カナリアあり)"
round canary true setsid --wait "$bin/kanaria-attack" run "$work/files" --workers tree:4 --deadline 20 "${pace[@]}"
say "2. Simulator, no canaries: the content alone decides" "2. シミュレーター (カナリアなし、内容だけで判定)"
round content false setsid --wait "$bin/kanaria-attack" run "$work/files" --speed 250 --deadline 20
say "3. openssl in a shell loop, no canaries" "3. シェルから openssl を繰り返し実行 (カナリアなし)"
round openssl false openssl_loop
say "4. The attack of 2. without the guard" "4. ガードなしで 2. と同じ攻撃"
make_files
"$bin/kanaria-attack" run "$work/files" --speed 250 --deadline 20 >/dev/null 2>&1 || true
lost=$(lost_files)
say "  files lost: $lost of $total" "  失われたファイル: $total 個中 $lost 個"
exit "$failed"
