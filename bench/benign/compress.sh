#!/bin/sh
# about: tar through gzip, bzip2, xz and zstd; files packed in place and unpacked
# needs: tar gzip bzip2 xz zstd
# quick: yes
. "$(dirname "$0")/common.sh"
sample files "$(many 400 80)"
for tool in gzip bzip2 xz zstd; do
    tar -cf - files | $tool -c > "all.tar.$tool"
    $tool -dc "all.tar.$tool" | tar -xf - --one-top-level="out-$tool"
done
# These remove what they packed.
gzip -q -r files && gzip -q -d -r files || true
find files -type f ! -name '*.xz' -exec xz -q {} +
find files -name '*.xz' -exec xz -d {} +
find files -type f -exec zstd -q --rm {} +
find files -name '*.zst' -exec zstd -q -d --rm {} +
