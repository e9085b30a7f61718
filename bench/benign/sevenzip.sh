#!/bin/sh
# about: 7z -p and zip -e of new archives, which are tested and unpacked; the originals stay
# needs: 7z zip unzip
# quick: yes
. "$(dirname "$0")/common.sh"
for n in $(seq "$(many 30 8)"); do sample "box-$n" 10; done
for box in box-*; do
    7z a -bso0 -bsp0 -psecret -mhe=on "$box.7z" "$box"
    zip -q -r -P secret "$box.zip" "$box"
    7z t -bso0 -bsp0 -psecret "$box.7z"
    7z x -bso0 -bsp0 -psecret -o"out-$box" "$box.7z"
done
