"""Rewrites by programs that keep files of their own: databases, git, and backup programs."""
import os, pathlib, shutil, sqlite3, subprocess, tempfile, time

CLUSTER_USER = "nobody"


def snapshot(folder, most=4 << 20):
    """Contents of the files that are there, but huge and unreadable ones."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= most:
            found[path.relative_to(folder)] = path.read_bytes()
    return found


def changed(pairs, kind, by, before, after, most):
    """Pairs of the files that changed between two snapshots."""
    names = [name for name in sorted(before) if name in after and before[name] != after[name]]
    for name in names[:most]:
        pairs.pair(kind, before[name], after[name], by)


def sqlite(pairs):
    for path in pairs.sources("sqlite", most=2 << 20, count=40):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, "base")
            shutil.copy(path, copy)
            old = copy.read_bytes()
            for statement in ("update pages set line = line || ' (changed)' where number % 7 = 1",
                              "delete from pages where number % 3 = 0", "vacuum",
                              "insert into pages (line, copy) select line, copy from pages limit 300"):
                try:
                    base = sqlite3.connect(copy)
                    base.execute(statement)
                    base.commit()
                    base.close()
                except sqlite3.Error:
                    break
                new = copy.read_bytes()
                pairs.pair("SQLite page update", old, new, "sqlite3")
                old = new


def postgres(pairs):
    """The files of a cluster of its own between checkpoints under pgbench; no port is opened."""
    binary = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if binary is None or not shutil.which("pgbench") and not (binary / "pgbench").exists():
        pairs.missing.add("PostgreSQL")
        return
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kanaria-bench-", dir="/dev/shm"))
    try:
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir()
        shutil.chown(data, CLUSTER_USER)
        user = ["runuser", "-u", CLUSTER_USER, "--"] if os.geteuid() == 0 else []
        client = [*user, binary / "psql", "-h", data, "-U", "a", "-qtAc"]
        if pairs.run([*user, binary / "initdb", "-D", data, "-U", "a", "-A", "trust"], cwd="/") is None:
            return
        start = [*user, binary / "pg_ctl", "-D", data, "-w", "-l", data / "log",
                 "-o", f"-c listen_addresses= -k {data}", "start"]
        if pairs.run(start, cwd="/") is None:
            return
        try:
            bench = [*user, binary / "pgbench", "-h", data, "-U", "a"]
            pairs.run([*bench, "-i", "-q", "-s", "1", "postgres"], cwd="/")
            before = snapshot(data / "base")
            for _ in range(12):
                pairs.run([*bench, "-t", "200", "postgres"], cwd="/")
                pairs.run([*client, "checkpoint", "postgres"], cwd="/")
                after = snapshot(data / "base")
                changed(pairs, "PostgreSQL page update", "postgres", before, after, 12)
                before = after
        finally:
            pairs.run([*user, binary / "pg_ctl", "-D", data, "-m", "immediate", "stop"], cwd="/")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def git(pairs):
    texts = pairs.sources("py", "txt", "code", "js", "html", "xml", count=120)
    with tempfile.TemporaryDirectory() as folder:
        words = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org"]
        pairs.run([*words, "init", "-q"])
        before = {}
        for number, path in enumerate(texts):
            shutil.copy(path, pathlib.Path(folder, f"{number % 25}"))
            if number % 3 == 0:
                pairs.run([*words, "add", "-A"])
                pairs.run([*words, "commit", "-qm", f"Change {number}"])
            if number % 30 == 29:
                pairs.run([*words, "gc", "-q"])
            after = snapshot(pathlib.Path(folder))
            changed(pairs, "git", "git", before, after, 6)
            before = after


def backups(pairs):
    """Repositories of borg and restic between two runs; both are encrypted."""
    sources = pairs.sources("txt", "png", "pdf", "html", "docx", "csv", count=120)
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder, "files")
        base.mkdir()
        keep = {**os.environ, "BORG_PASSPHRASE": "x", "RESTIC_PASSWORD": "x", "HOME": folder,
                "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}
        for tool, make, run in (
                ("borg", ["init", "-e", "repokey"], lambda n: ["create", f"{folder}/borg::{n}", base]),
                ("restic", ["init"], lambda n: ["-q", "backup", base])):
            place = pathlib.Path(folder, tool)
            name = [place] if tool == "borg" else ["-r", place]
            words = [tool, *make, *name] if tool == "borg" else [tool, *name, *make]
            if not shutil.which(tool):
                pairs.missing.add(tool)
                continue
            pairs.run(words, env=keep)
            before = snapshot(place)
            for number in range(12):
                for path in sources[number * 10:number * 10 + 10]:
                    shutil.copy(path, base / path.name)
                lead = [tool] if tool == "borg" else [tool, *name]
                pairs.run([*lead, *run(number)], env=keep)
                after = snapshot(place)
                changed(pairs, f"{tool} repository", tool, before, after, 20)
                before = after


PARTS = [sqlite, postgres, git, backups]
