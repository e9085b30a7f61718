#!/bin/sh
# about: SQLite with random blobs, a write-ahead log, vacuum and a backup
# needs: sqlite3
# quick: yes
. "$(dirname "$0")/common.sh"
for n in $(seq "$(many 20 5)"); do
    sqlite3 "base-$n.db" "pragma journal_mode=wal; create table t(a integer primary key, b blob);
        with recursive c(x) as (select 1 union all select x + 1 from c where x < $(many 5000 500))
        insert into t select x, randomblob(800) from c;" > /dev/null
    sqlite3 "base-$n.db" "delete from t where a % 3 = 0; vacuum; pragma journal_mode=delete;
        update t set b = randomblob(900);" > /dev/null
    sqlite3 "base-$n.db" ".backup copy-$n.db"
done
