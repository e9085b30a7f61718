#!/bin/sh
# about: an encrypted borg repository: three backups, prune, compact, check, extract
# needs: borg
# quick: yes
. "$(dirname "$0")/common.sh"
export BORG_PASSPHRASE=secret BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
sample files "$(many 600 100)"
borg init --encryption=repokey repository
for n in 1 2 3; do
    head -c 3000000 /dev/urandom > files/random.bin
    seq "$n" 90000 > files/numbers.txt
    borg create --compression zstd "repository::$n" files
done
borg prune --keep-last 1 repository && borg compact repository && borg check repository
mkdir out && cd out && borg extract ../repository::3
