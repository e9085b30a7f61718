"""full_audit with fail2ban: a client that renames a file to a known suffix is turned away by its address.

This is what administrators of Samba servers set up (docs/comparison.md). Two things are in its favour here:
fail2ban is told of each line at once instead of looking every second, and established connections are
reset, which its usual actions leave to time out.
"""
import subprocess, time

FILES = {
    "fail2ban.conf": """[Definition]
loglevel = INFO
logtarget = @folder@/fail2ban.log
syslogsocket = auto
socket = @folder@/fail2ban.sock
pidfile = @folder@/fail2ban.pid
dbfile = None
dbpurgeage = 1d
""",
    "jail.conf": """[samba]
enabled = true
backend = pyinotify
filter = samba
logpath = @log@
action = reset
maxretry = 1
findtime = 600
bantime = 600
""",
    "filter.d/samba.conf": """[Definition]
failregex = ^\\s*[^|]+\\|<HOST>\\|.*\\|renameat\\|ok\\|.*\\.(?:lockbit|locked|encrypted|crypt|enc)$
datepattern = {NONE}
""",
    "action.d/reset.conf": """[Definition]
actionstart = nft add table inet ban
              nft add set inet ban who '{ type ipv4_addr; }'
              nft add chain inet ban in '{ type filter hook input priority 0; }'
              nft add rule inet ban in ip saddr @who meta l4proto tcp reject with tcp reset
actionstop = nft delete table inet ban
actioncheck =
actionban = nft add element inet ban who '{ <ip> }'
actionunban =
""",
}


def start(entry, folder, log):
    """Starts fail2ban for a log, by the words `entry` in the server's network; it runs until terminated."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("@folder@", str(folder)).replace("@log@", str(log)))
    server = subprocess.Popen([*entry, "fail2ban-server", "-c", folder, "-xf", "start"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    ask = [*entry, "fail2ban-client", "-c", folder, "status", "samba"]
    while subprocess.run(ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        if server.poll() is not None:
            raise SystemExit(f"fail2ban did not start: {server.stdout.read().decode()}")
        time.sleep(0.05)
    return server
