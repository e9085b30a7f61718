#!/bin/sh
# about: one user seals ten files with gpg and removes the originals
# needs: gpg
# quick: yes
. "$(dirname "$0")/common.sh"
mkdir -m 700 "$HOME/.gnupg"
sample files 10
for path in files/*; do
    gpg --batch --quiet --pinentry-mode loopback --passphrase secret --cipher-algo AES256 -c "$path"
    rm "$path"
done
gpgconf --kill all
