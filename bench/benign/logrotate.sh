#!/bin/sh
# about: logs of many services rotated, numbered and compressed seven times
# needs: logrotate gzip
# quick: yes
. "$(dirname "$0")/common.sh"
PATH="$PATH:/usr/sbin"
mkdir logs
cat > conf <<C
$PWD/logs/*.log {
    rotate 5
    compress
    delaycompress
    missingok
    su root root
}
C
chmod 755 logs && chmod 644 conf
for day in $(seq 7); do
    for n in $(seq "$(many 40 12)"); do seq "$day" $((day * 500)) >> "logs/service-$n.log"; done
    logrotate -f -s state conf
done
