#!/bin/sh
# about: an encrypted restic repository: three backups, forget --prune, check, restore
# needs: restic
# quick: yes
. "$(dirname "$0")/common.sh"
export RESTIC_PASSWORD=secret RESTIC_REPOSITORY="$PWD/repository"
sample files "$(many 600 100)"
restic -q init
for n in 1 2 3; do
    head -c 3000000 /dev/urandom > files/random.bin
    seq "$n" 90000 > files/numbers.txt
    restic -q backup files
done
restic -q forget --keep-last 1 --prune && restic -q check
restic -q restore latest --target out
