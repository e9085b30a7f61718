#!/bin/sh
# A private Samba for tests and benches: users nurse1 to nurse3, two shares, and clients that are
# told apart: who asks for 127.0.1.N comes from 127.0.0.N. fd00::1 and fd00::2 are there as well.
#
# Usage: unshare --net --mount --propagation private server.sh HOME SHARED WORK
#        [line for the global section]
# It says "ready" once it answers, or what keeps it from that, and ends with its input. All it
# changes is gone with it.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
home=$1 shared=$2 work=$3 extra=${4:-}
ip link set lo up
for client in 2 3 4; do
    ip addr add "127.0.0.$client/8" dev lo
    ip route replace local "127.0.1.$client" dev lo table local src "127.0.0.$client"
done
# Where the kernel has version 6, which a new network namespace may have switched off.
for conf in all lo; do
    switch=/proc/sys/net/ipv6/conf/$conf/disable_ipv6
    if [ -w "$switch" ]; then echo 0 >"$switch"; fi
done
for address in fd00::1 fd00::2; do
    ip -6 addr add "$address/128" dev lo nodad || echo "no $address" >&2
done

mkdir -p "$home"
cp /etc/passwd "$home/passwd"
cp /etc/group "$home/group"
for number in 1 2 3; do
    echo "nurse$number:x:200$number:200$number::/nonexistent:/usr/sbin/nologin" >>"$home/passwd"
    echo "nurse$number:x:200$number:" >>"$home/group"
done
mount --bind "$home/passwd" /etc/passwd
mount --bind "$home/group" /etc/group
# Two places that others may write to as well: this server looks at its own.
mount -t tmpfs none /run
mkdir -p /run/samba
cat >"$home/smb.conf" <<END
[global]
server role = standalone server
netbios name = ward
disable netbios = yes
smb ports = 445
load printers = no
log level = 0
log file = $home/log
passdb backend = tdbsam:$home/passdb.tdb
private dir = $home/private
lock directory = $home/lock
state directory = $home/state
cache directory = $home/cache
pid directory = $home
ncalrpc dir = $home/ncalrpc
server multi channel support = yes
# Where the guard writes whom Samba is to turn away.
include = $home/deny.conf
$extra
[ward]
path = $shared
read only = no
[work]
path = $work
read only = no
END
mkdir -p "$home/private" "$home/lock" "$home/state" "$home/cache"
mount --bind "$home/smb.conf" /etc/samba/smb.conf
for number in 1 2 3; do
    printf 'secret\nsecret\n' | smbpasswd -s -a "nurse$number" >/dev/null 2>&1
done
# The owner stays, and the simulator's mark as it is: it verifies only what is its own. Canaries take
# the permissions of their neighbours by themselves.
find "$shared" ! -name '.*' -exec chmod a+rwX {} +
chown -R 2002:2002 "$work"
(
    tries=0
    until smbclient //127.0.1.4/work -U nurse2%secret -c pwd >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge 600 ]; then
            echo "smbd does not answer: $(tail -n 5 "$home"/log* 2>&1 | tr '\n' ' ')"
            exit 1
        fi
        sleep 0.05
    done
    echo ready
) &
exec smbd -F --no-process-group
