#!/bin/sh
# about: rsync -a, --inplace and --delete after changes, also of compressed and encrypted files
# needs: rsync openssl
# quick: yes
. "$(dirname "$0")/common.sh"
sample files "$(many 600 100)"
# A mirror of what somebody else encrypted honestly.
for n in $(seq 20); do openssl rand 40000 > "files/key-$n.bin"; done
rsync -a files/ mirror/
for n in $(seq 20); do openssl rand 40000 > "files/key-$n.bin" && sleep 0; done
find files -name '*.py' -exec sh -c 'echo "# changed" >> "$1"' - {} \;
rsync -a files/ mirror/
find files -name '*.gz' -delete
rsync -a --inplace --no-whole-file --delete files/ mirror/
