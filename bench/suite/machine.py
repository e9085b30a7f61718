"""What was measured, and on what."""
import hashlib, os, pathlib, platform, re, subprocess

HERE = pathlib.Path(__file__).resolve().parent.parent
BIN = pathlib.Path(os.environ.get("KANARIA_BIN", HERE.parent / ".build/release")).absolute()
PEERS = {"kanaria": [BIN / "kanaria", "--version"], "age": ["age", "--version"],
         "gpg": ["gpg", "--version"], "tar": ["tar", "--version"], "samba": ["smbd", "--version"],
         "strace": ["strace", "--version"]}


def said(*words):
    """The first line that a program says, or nothing where it is missing or fails."""
    try:
        run = subprocess.run(words, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (run.stdout.splitlines() or [""])[0].strip() if run.returncode == 0 else None


def versions():
    found = {name: said(*words) for name, words in PEERS.items()}
    return {name: text for name, text in found.items() if text} | {
        "python": platform.python_version()}


def commit():
    """The commit of the tree in which the programs were built, and whether it was changed since."""
    tree = ["git", "-c", "safe.directory=*", "-C", BIN]
    name = said(*tree, "rev-parse", "HEAD")
    changed = said(*tree, "status", "--porcelain", "--untracked-files=no")
    return name or "unknown", bool(changed) or name is None


def digests():
    """Names the programs beyond doubt, whatever the tree says."""
    names = ("kanariad", "kanaria", "kanaria-deadline", "kanaria-attack", "kanaria-load",
             "kanaria-judge")
    return {name: hashlib.sha256((BIN / name).read_bytes()).hexdigest()
            for name in names if (BIN / name).exists()}


def machine(file_systems):
    """Kernel, processors, memory, and the file systems on which work is done."""
    processor = re.search(r"^model name\s*: (.*)", text("/proc/cpuinfo"), re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", text("/proc/meminfo"), re.M)
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', text("/etc/os-release"), re.M)
    return {"kernel": platform.release(), "architecture": platform.machine(),
            "processor": processor[1] if processor else "unknown",
            "processors": os.cpu_count(), "memoryMiB": int(memory[1]) // 1024 if memory else 0,
            "system": system[1] if system else "unknown",
            "fileSystems": file_systems,
            "load": round(os.getloadavg()[0], 2)}


def file_system(path):
    return said("stat", "--file-system", "--format=%T", path) or "unknown"


def text(path):
    try:
        return pathlib.Path(path).read_text()
    except OSError:
        return ""
