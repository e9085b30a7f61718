"""Folders to work in, the guard, and the watchers that are measured beside it."""
import atexit, json, os, pathlib, re, shutil, subprocess, tempfile, time

from .machine import BIN, HERE

# Room for 2 GiB written and a million files of a line, which ext4 keeps in their inodes.
IMAGE = 6 << 30


class Unable(Exception):
    """Why something cannot be measured here."""


class Missing(Unable):
    """What this machine lacks: a right, a tool. A gate is skipped for it, and for nothing else."""


def new_folder(place):
    """A folder that is gone with this program, whatever ends it but SIGKILL."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="kanaria-bench-", dir=place))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


class Place:
    """A folder of our own, removed at the end; its files lie on a file system made for them.

    That is ext4 in memory, so that neither a disk nor what it holds already is measured. The guard's
    state is on the disk. Who names a folder in KANARIA_WORK measures what is there instead.
    """

    def __init__(self, is_tmpfs=False):
        work = os.environ.get("KANARIA_WORK")
        self.path = new_folder(work or "/var/tmp")
        self.mounted = None
        if is_tmpfs:
            self.mount_tmpfs()
        elif not work:
            self.mount()
        self.files = (self.mounted or self.path) / "files"
        self.files.mkdir()

    def mount_tmpfs(self):
        need("mount", "umount")
        mounted = self.path / "mounted"
        mounted.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "kanaria-bench", mounted], check=True)
        self.mounted = mounted

    def mount(self):
        need("mkfs.ext4", "mount", "umount")
        mounted = self.path / "mounted"
        mounted.mkdir()
        # Without a name at once: the loop device alone keeps it.
        with tempfile.NamedTemporaryFile(prefix="kanaria-bench-", dir="/dev/shm") as image:
            image.truncate(IMAGE)
            for words in (["mkfs.ext4", "-q", "-F", "-O", "inline_data", "-N", "1200000", "-E",
                           "nodiscard,root_owner=0:0", image.name],
                          ["mount", "-o", "loop,noinit_itable", image.name, mounted]):
                run = subprocess.run(words, capture_output=True, text=True)
                if run.returncode:
                    raise Missing(f"{words[0]}: {run.stderr.strip()}; see KANARIA_WORK")
        self.mounted = mounted

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.mounted and subprocess.run(["umount", self.mounted], stderr=subprocess.DEVNULL).returncode:
            subprocess.run(["umount", "--lazy", self.mounted], check=True)
        shutil.rmtree(self.path)

    def empty(self):
        shutil.rmtree(self.files)
        self.files.mkdir()


def load(*words):
    """Runs a load in a session of its own, away from the guard's ancestors."""
    run = subprocess.run([BIN / "kanaria-load", *map(str, words)], capture_output=True,
                         text=True, start_new_session=True)
    if run.returncode:
        raise Unable(f"kanaria-load {words[0]}: {run.stderr.strip()}")
    return [int(word) for word in run.stdout.split()]


class Watcher:
    """A process that says one line once it watches."""

    def __init__(self, words, extra_env=None, stream="stdout"):
        start = time.monotonic()
        self.process = subprocess.Popen(
            list(map(str, words)), text=True, env={**os.environ, **(extra_env or {})},
            **{stream: subprocess.PIPE})
        self.said = getattr(self.process, stream).readline()
        self.seconds_to_start = time.monotonic() - start
        if not self.said:
            self.__exit__()
            raise Unable(f"{pathlib.Path(words[0]).name} did not start")

    def resident_kib(self):
        return self.memory_kib("VmRSS")

    def peak_kib(self):
        return self.memory_kib("VmHWM")

    def memory_kib(self, name):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(name + r":\s+(\d+)", text)[1])

    def processor_seconds(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


class Guard(Watcher):
    """A guard on a place; ready, with its canaries planted, when made."""

    def __init__(self, place, canaries=False, extra_env=None, evidence=False):
        # Without evidence, so that the stop alone is measured.
        self.place = place
        for name in ("state", "run"):
            shutil.rmtree(place.path / name, ignore_errors=True)
        policy = place.path / "policy.yaml"
        policy.write_text(json.dumps({
            "version": 1, "name": "bench", "watch": [str(place.files)], "mode": "kill",
            "canaries": {"enabled": canaries}, "evidence": {"enabled": evidence},
            "state-directory": str(place.path / "state"),
            "run-directory": str(place.path / "run")}))
        super().__init__([BIN / "kanariad", "--policy", policy], extra_env, "stderr")
        if "kanariad" not in self.said:
            self.__exit__()
            raise Unable(f"the guard did not start: {self.said}")
        while canaries and self.status()["planting"]["state"] != "done":
            time.sleep(0.01)

    def status(self):
        run = subprocess.run(
            [BIN / "kanaria", "status", "--json", "--run-directory", self.place.path / "run"],
            capture_output=True, text=True)
        if run.returncode:
            raise Unable(f"the guard does not answer: {run.stderr.strip()}")
        return json.loads(run.stdout)

    def reached(self, count):
        """The guard's count of events once it is at least so many."""
        end = time.monotonic() + 60
        while (now := self.status()["events"]) < count:
            if time.monotonic() > end:
                raise Unable(f"the guard saw {now} events of {count}")
            time.sleep(0.05)
        return now

    def sensor_thread(self):
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            if (task / "comm").read_text().strip() == "sensor":
                return int(task.name)
        raise Unable("the guard has no thread named sensor")

    def incidents(self):
        return [json.loads(path.read_text())
                for path in (self.place.path / "state/incidents").glob("*.json")]


def inotify(place):
    """The plain recursive watcher, which people would write first."""
    return Watcher([BIN / "kanaria-load", "watch", place.files])


def floor(place):
    """A fanotify listener with the guard's marks that does nothing: the kernel's part."""
    return Watcher([BIN / "kanaria-load", "floor", place.files])


def rule(place):
    """The rule of RansomWhere?; see bench/peers/rule.py."""
    return Watcher(["python3", HERE / "peers/rule.py", place.files])


class Nobody:
    def __init__(self, place):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def need_root():
    if os.geteuid() != 0:
        raise Missing("needs root")


def need(*programs):
    missing = [program for program in programs if not shutil.which(str(program))]
    if missing:
        raise Missing(f"missing: {', '.join(map(str, missing))}")


def programs(*names):
    """Paths of Kanaria's programs."""
    missing = [name for name in names if not shutil.which(BIN / name)]
    if missing:
        raise Unable(f"{BIN} has no {', '.join(missing)}: `make build`, or name another folder in "
                     "KANARIA_BIN")
    return [BIN / name for name in names]
