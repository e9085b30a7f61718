#!/bin/sh
# about: random files put, renamed to another suffix and removed, one after the other and all at the end
# needs: python3
# quick: yes
. "$(dirname "$0")/common.sh"
mkdir each end
python3 - "$(many 3000 400)" <<'P'
import os, sys

count = int(sys.argv[1])

def put(folder, number):
    path = f"{folder}/{number}"
    with open(path + ".part", "wb") as file:
        file.write(os.urandom(20000))
    return path

for number in range(count):
    path = put("each", number)
    os.rename(path + ".part", path + ".img7")
    os.remove(path + ".img7")
for path in [put("end", number) for number in range(count)]:
    os.rename(path + ".part", path + ".img7")
for name in os.listdir("end"):
    os.remove("end/" + name)
P
