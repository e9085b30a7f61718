#!/bin/sh
# about: git commits, clone, branches, gc and clean
# needs: git
# quick: yes
. "$(dirname "$0")/common.sh"
git config --global user.email bench@localhost
git config --global user.name bench
git config --global init.defaultBranch main
mkdir first && cd first && git init -q
sample files "$(many 600 80)"
git add -A && git commit -qm one
for n in $(seq "$(many 30 5)"); do
    seq "$n" 5000 > "files/changed-$n.txt"
    head -c 100000 /dev/urandom > files/random.bin
    git add -A && git commit -qm "change $n"
done
cd .. && git clone -q --no-local first second && cd second
git checkout -q -b other HEAD~3 && git checkout -q main
git repack -adqf && git gc -q --aggressive --prune=now && git fsck
rm -rf files && git checkout -q -- files && git clean -qfd
