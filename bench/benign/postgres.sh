#!/bin/sh
# about: PostgreSQL under pgbench, with dumps, a full vacuum and a dropped database
# needs: psql pgbench runuser
# quick: no
. "$(dirname "$0")/common.sh"
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
user=postgres
mkdir data && chown $user data home tmp && chmod 711 . 
as() { runuser -u $user -- env HOME="$HOME" "$@"; }
as "$bin/initdb" -D data -A trust > /dev/null
as "$bin/pg_ctl" -D data -s -w -o "-k $PWD/tmp -c listen_addresses=''" start > /dev/null
trap 'as "$bin/pg_ctl" -D data -s -m immediate stop || true' EXIT
export PGHOST="$PWD/tmp"
as createdb bench
as "$bin/pgbench" -q -i -s "$(many 8 2)" bench 2> /dev/null
as "$bin/pgbench" -n -c 4 -T "$(many 15 4)" bench > /dev/null 2>&1
as pg_dump -Fc bench > dump.custom
as psql -q -c 'vacuum full' bench
as dropdb bench
