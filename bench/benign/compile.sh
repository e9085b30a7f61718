#!/bin/sh
# about: make -j2 of a generated C tree, clean, and again
# needs: make gcc ar
# quick: yes
. "$(dirname "$0")/common.sh"
count=$(many 400 60)
mkdir src
for n in $(seq "$count"); do
    printf '#include <stdio.h>\nint f%d(int x) { static int t[%d]; t[x %% %d] += x; printf("%%d", x); return t[0]; }\n' \
        "$n" "$n" "$n" > "src/f$n.c"
done
cat > Makefile <<'M'
objects = $(patsubst src/%.c,build/%.o,$(wildcard src/*.c))
build/main: build/all.a ; printf 'int f1(int); int main(void) { return f1(1); }' | gcc -g -x c - -x none $< -o $@
build/all.a: $(objects) ; ar rc $@ $^
build/%.o: src/%.c | build ; gcc -g -O1 -c $< -o $@
build: ; mkdir $@
clean: ; rm -rf build
M
make -s -j2
make -s clean
make -s -j2
