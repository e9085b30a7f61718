#!/usr/bin/env python3
"""What the guard does for a Samba server, and what it costs one.

Usage: bench/smb.py [--runs N] [--quick] [--warm] [--methods M,...] [--json FILE] [loss|speed|ban|touch|cost|clients]...
    loss   files that an attacking client damages, canary met as file 101 of 400 after it read 100;
           whether it comes back; errors at another client that works meanwhile
    speed  the same without canaries, at 60 and 230 files a second, and with names that stay
    ban    the same with full_audit and fail2ban instead of the guard (peers/ban.py)
    touch  from the write-open of a canary until the client is cut off
    cost   a client's work (4,000 operations) with nobody, the guard, and full_audit with 7 ops
    clients  attacks that meet a canary, or none, while 1, 10 and 100 others work, each a round every 2 s
Needs root, Samba, nft and python3-impacket, for full_audit samba-vfs-modules, for ban fail2ban and
python3-pyinotify as well. Programs come from $KANARIA_BIN (default .build/release), the folder to work in from $KANARIA_WORK (default /var/tmp). Each run has a server
of its own on loopback, in a network and mounts of its own; runs of the variants alternate.
"""
import argparse, json, os, pathlib, re, shutil, statistics, subprocess, sys, tempfile, time

from peers import ban as name_ban

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("KANARIA_BIN", HERE.parent / ".build/release")).absolute()
CLIENT = ["/usr/bin/python3", HERE / "smb/client.py"]
AUDIT = """vfs objects = full_audit
full_audit:prefix = %u|%I|%m|%S|%d
full_audit:success = create_file renameat unlinkat mkdirat pwrite_recv pwrite ftruncate
full_audit:failure = none
full_audit:syslog = no
log level = 0 full_audit:1"""
CROWDS = [1, 10, 100]
# Without a canary: with a suffix that everybody knows, and with none.
COURSES = {"60 files/s": ["--speed", "60"], "230 files/s": ["--speed", "230"],
           "60 files/s, names kept": ["--speed", "60", "--method", "truncate"]}
METHODS = ["in-place", "rename-first", "new-delete", "truncate", "intermittent", "reopen"]


class Ward:
    """A server, its files and, if wanted, a guard; all gone at the end."""

    def __init__(self, files=0, size=65536, guard=True, canaries=True, extra="", clients=None,
                 folders=1):
        work = os.environ.get("KANARIA_WORK", "/var/tmp")
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="kanaria-bench-", dir=work))
        self.path.chmod(0o711)  # for the users of the shares
        self.files, self.work = self.path / "files", self.path / "work"
        self.work.mkdir()
        self.guard, self.ban = None, None
        if files:
            subprocess.run([BIN / "kanaria-attack", "make", self.files, "--files", str(files),
                            "--folders", str(folders), "--size", str(size)], check=True,
                           stdout=subprocess.DEVNULL)
        else:
            self.files.mkdir()
        self.server = subprocess.Popen(
            ["unshare", "--net", "--mount", "--propagation", "private", HERE / "smb/server.sh",
             self.path / "samba", self.files, self.work, extra], start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.server.stdout.readline() != "ready\n":
            sys.exit("Samba did not start")
        self.entry = ["nsenter", "--target", str(self.server.pid), "--net", "--mount"]
        if guard:
            self.start_guard(canaries, clients or {})

    def start_guard(self, canaries, clients):
        policy = self.path / "policy.yaml"
        policy.write_text(json.dumps({
            "version": 1, "name": "bench", "watch": [str(self.files), str(self.work)],
            "mode": "kill", "clients": clients,
            "canaries": {"enabled": canaries, "replant": False},
            "state-directory": str(self.path / "state"), "run-directory": str(self.path / "run")}))
        self.guard = subprocess.Popen(
            [*self.entry, BIN / "kanariad", "--policy", policy], stderr=subprocess.PIPE, text=True)
        if "kanariad guards" not in self.guard.stderr.readline():
            sys.exit("the guard did not start")
        while canaries and self.ask("status")["planting"]["state"] != "done":
            time.sleep(0.01)

    def start_ban(self):
        folder = self.path / "ban"
        self.ban = name_ban.start(self.entry, folder, self.path / "samba/log")

    def ask(self, *words):
        if not self.guard:
            return []
        run = subprocess.run([BIN / "kanaria", *words, "--json", "--run-directory",
                              self.path / "run"], capture_output=True, text=True, check=True)
        return json.loads(run.stdout)

    def client(self, *words):
        run = subprocess.run([*self.entry, *CLIENT, *words], capture_output=True, text=True)
        try:
            return json.loads(run.stdout.splitlines()[-1])
        except IndexError:
            sys.exit(f"a client failed: {run.stderr}")

    def beside(self, *words):
        process = subprocess.Popen([*self.entry, *CLIENT, *words], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        return process

    def canaries(self):
        prefix = len(str(self.files)) + 1
        return sorted(entry["path"]["path"][prefix:].replace("/", "\\")
                      for entry in self.ask("canaries", "list")
                      if entry["path"]["path"].startswith(str(self.files)))

    def served(self):
        """How many processes the server has."""
        children = pathlib.Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        return len(children.read_text().split())

    def guard_memory(self):
        """Resident memory of the guard in MiB."""
        if not self.guard:
            return 0
        text = pathlib.Path(f"/proc/{self.guard.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def connects(self, client="2"):
        words = ["--to", f"127.0.1.{client}", "connect"]
        return subprocess.run([*self.entry, *CLIENT, *words], stderr=subprocess.DEVNULL).returncode == 0

    def damaged(self):
        run = subprocess.run([BIN / "kanaria-attack", "verify", self.files], capture_output=True)
        verdict = json.loads(run.stdout)
        return verdict["changed"] + verdict["missing"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in filter(None, (self.guard, self.ban)):
            process.terminate()
            process.communicate()
        children = pathlib.Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        others = [pathlib.Path("/proc", pid) for pid in children.read_text().split()]
        self.server.stdin.close()
        self.server.wait()
        while any(other.exists() for other in others):
            time.sleep(0.01)
        shutil.rmtree(self.path)


def attack(ward, words, canary=None, crowd=0):
    """One attack beside another client's work, or a crowd's."""
    alone = ward.served()
    work = ["crowd", "work", "--count", str(crowd)] if crowd else ["work", "work"]
    other = ward.beside("--to", "127.0.1.3", "--user", "nurse2", *work)
    beside = ward.served() - alone
    words = ["attack", "ward", "--again", "1", *words, *(["--canary", canary] if canary else [])]
    result = ward.client(*words)
    worked = json.loads(other.communicate("\n")[0])
    incidents = ward.ask("incidents")
    return {"damaged": ward.damaged(), "after_canary": result["after_canary"],
            "back": result["again"], "connects": ward.connects(), "other_errors": worked["errors"],
            "other_operations": worked["operations"], "other_longest": worked["longest"] * 1e3,
            "other_processes": beside, "guard_memory": ward.guard_memory(), "stopped": result["error_at"] is not None,
            "states": [entry["state"] for entry in incidents],
            "milliseconds": (result["error_at"] - result["canary_at"]) * 1e3
            if result["canary_at"] and result["error_at"] else None}


def loss(options):
    """A canary in the way; each way of damaging in turn."""
    methods = options.methods.split(",")
    result = {method: [] for method in methods}
    count = 60 if options.quick else 400
    for run in range(options.runs):
        for method in methods:
            with Ward(files=count) as ward:
                words = ["--method", method, "--behind", str(count // 4)]
                result[method].append(attack(ward, words, ward.canaries()[0]))
    report("canary in the way", result)
    return result


def speed(options):
    """No canaries: the verdict needs evidence."""
    return courses(options, "no canary", canaries=False)


def ban(options):
    """The same with what many set up: names of files in the audit, and a ban."""
    if not shutil.which("fail2ban-server") or not has_audit():
        print("SKIPPED ban: fail2ban or samba-vfs-modules is not there", flush=True)
        return {}
    return courses(options, "no canary, full_audit and fail2ban", guard=False, extra=AUDIT)


def courses(options, title, **kind):
    """Each course against such a ward; one without the guard has the ban."""
    result = {course: [] for course in COURSES}
    for run in range(options.runs):
        for course, words in COURSES.items():
            with Ward(files=60 if options.quick else 400, **kind) as ward:
                if not ward.guard:
                    ward.start_ban()
                result[course].append(attack(ward, words))
    report(title, result)
    return result


def clients(options):
    """One client attacks while so many others work: a canary in the way, and none."""
    crowds = CROWDS[:2] if options.quick else CROWDS
    count = 60 if options.quick else 400
    works = {"canary in the way": ["--behind", str(count // 4)], "no canary, 60 files/s": ["--speed", "60"]}
    result = {work: {str(number): [] for number in crowds} for work in works}
    for run in range(options.runs):
        for number in crowds:
            for work, words in works.items():
                canaries = work == "canary in the way"
                with Ward(files=count, canaries=canaries) as ward:
                    told = attack(ward, words, ward.canaries()[0] if canaries else None, number)
                if told["other_processes"] != number:
                    sys.exit(f"{told['other_processes']} processes serve {number} clients")
                result[work][str(number)].append(told)
    for work in works:
        report(f"{work}, so many others at work", result[work])
    return result


def report(title, result):
    print(f"| {title} | files damaged, median | max | after the canary, max | came back | "
          "let in later | other's errors | error at the attacker, median ms |")
    print("|---|---|---|---|---|---|---|---|")
    for label, runs in result.items():
        damaged = [run["damaged"] for run in runs]
        times = [run["milliseconds"] for run in runs if run["milliseconds"]]
        print(f"| {label} | {statistics.median(damaged):g} | {max(damaged)} | "
              f"{max(run['after_canary'] for run in runs)} | {sum(run['back'] for run in runs)} | "
              f"{sum(run['connects'] for run in runs)} | "
              f"{sum(run['other_errors'] for run in runs)} | "
              f"{statistics.median(times) if times else 0:.1f} |", flush=True)


def touch(options):
    """From the request that opens a canary for writing until the client sees the end of it."""
    taken, inside, deciding = [], [], []
    for run in range(options.runs):
        with Ward(files=10) as ward:
            canary = ward.canaries()[0]
            for again in range(2 if options.quick else 10):
                result = ward.client("attack", "ward", "--canary", canary)
                taken.append((result["error_at"] - result["canary_at"]) * 1e3)
                incident = ward.ask("incidents")[-1]
                inside.append((incident["stoppedMicroseconds"] - incident["decisionMicroseconds"]) / 1e3)
                deciding.append(incident["decisionMicroseconds"] / 1e3)
                if incident["state"] != "cut-off":
                    sys.exit(f"not cut off: {incident}")
                ward.ask("release", incident["id"])
    for title, times in (("as the client sees it", taken), ("reading it to the verdict", deciding),
                         ("verdict to end of the process", inside)):
        times.sort()
        print(f"canary touched to client cut off, {title}, {len(times)} times: median "
              f"{statistics.median(times):.2f} ms, p99 {times[int(len(times) * 0.99)]:.2f} ms, "
              f"max {times[-1]:.2f} ms", flush=True)
    return {"client_milliseconds": taken, "decision_milliseconds": deciding,
            "guard_milliseconds": inside}


def transfer(ward, rounds):
    """Seconds that smbclient takes to write, rename, read and remove a file of 16 KiB so often."""
    file = ward.path / "file"
    file.write_bytes((b"Findings of the day, as every day.\n" * 500)[:16384])
    lines = [f"put {file} {name}.txt\nrename {name}.txt {name}.done\nget {name}.done /dev/null\n"
             f"del {name}.done\n" for name in (number % 50 for number in range(rounds))]
    began = time.monotonic()
    run = subprocess.run([*ward.entry, "smbclient", "//127.0.1.3/work", "--user", "nurse2%secret"],
                         input="".join(lines), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True)
    taken = time.monotonic() - began
    if "NT_STATUS" in run.stdout or run.returncode != 0:
        sys.exit(f"the work failed: {run.stdout[-500:]}")
    return taken


def has_audit():
    return any(pathlib.Path("/usr/lib").glob("*/samba/vfs/full_audit.so"))


def cost(options):
    """Work of one client; 4 operations a round."""
    rounds = 100 if options.quick else 1000
    variants = {"nobody": (False, ""), "guard": (True, ""), "full_audit": (False, AUDIT)}
    if not has_audit():
        print("SKIPPED full_audit: samba-vfs-modules is not there", flush=True)
        del variants["full_audit"]
    seconds = {name: [] for name in variants}
    for run in range(options.runs + (not options.warm)):
        for name, (guard, extra) in variants.items():
            with Ward(guard=guard, canaries=False, extra=extra) as ward:
                taken = transfer(ward, rounds)
            if run > 0 or options.warm:  # else the first round warms up
                seconds[name].append(taken)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    for name in variants:
        ratios = sorted(one / other for one, other in zip(seconds[name], seconds["nobody"]))
        print(f"{rounds * 4} operations, {name}: {median[name]:.2f} s, "
              f"{median[name] / median['nobody']:.3f} of nobody "
              f"(runs {ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)
    return seconds


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--warm", action="store_true", help="without a round that warms up")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("what", nargs="*", default=["loss", "speed", "ban", "touch", "cost", "clients"])
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("bench/smb.py needs root")
    parts = {"loss": loss, "speed": speed, "ban": ban, "touch": touch, "cost": cost, "clients": clients}
    result = {name: parts[name](options) for name in options.what}
    if options.json:
        options.json.write_text(json.dumps(result))


main()
