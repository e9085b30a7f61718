#!/bin/sh
# about: Debian packages built, unpacked, installed, upgraded and purged in a root of their own
# needs: dpkg dpkg-deb
# quick: yes
. "$(dirname "$0")/common.sh"
export PATH="$PATH:/usr/sbin:/sbin"
root="$PWD/root"
mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info"
: > "$root/var/lib/dpkg/status" && : > "$root/var/lib/dpkg/available"
for version in 1 2; do
    for name in $(seq "$(many 12 4)"); do
        tree="tree-$name"
        rm -rf "$tree" && mkdir -p "$tree/DEBIAN"
        sample "$tree/usr/share/p$name" 40
        echo "$version" > "$tree/usr/share/p$name/version"
        printf 'Package: p%s\nVersion: %s\nArchitecture: all\nMaintainer: b <b@localhost>\nDescription: d\n' \
            "$name" "$version" > "$tree/DEBIAN/control"
        dpkg-deb --root-owner-group -Zxz -b "$tree" "p$name-$version.deb" > /dev/null
        dpkg-deb -x "p$name-$version.deb" "out-$name"
    done
    dpkg --root="$root" --log=/dev/null -i p*-"$version".deb > /dev/null
done
dpkg --root="$root" --log=/dev/null -P p1 p2 > /dev/null
