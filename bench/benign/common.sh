# What the works share. Each runs in a folder of its own beneath a guarded one, with a home there.
set -eu
export LC_ALL=C HOME="$PWD/home" TMPDIR="$PWD/tmp"
mkdir -p "$HOME" "$TMPDIR"

# many FULL QUICK: how much is to be done.
many() {
    if [ -n "${KANARIA_QUICK:-}" ]; then echo "$2"; else echo "$1"; fi
}

# sample FOLDER COUNT: so many files of this machine, of many kinds, under names of their own.
sample() {
    mkdir -p "$1"
    find /usr/share /usr/lib/python3* -xdev -type f -size +1k -size -300k 2>/dev/null | sort |
        awk -v want="$2" '{ all[NR] = $0 }
            END { for (i = 0; i < want; i++) print all[int(i * NR / want) + 1] }' |
        { number=0; while read -r path; do
            number=$((number + 1))
            cp --no-preserve=all "$path" "$1/$(printf %04d $number)-$(basename "$path")"
        done; }
}
