"""Has one half of the corpus judged, as it is, rewritten, and attacked.

Run with the libraries of requirements.txt: measure.py CACHE HALF PROGRAM FILES RESULT. `PROGRAM` is
kanaria-judge and `FILES` how many files each scheme is tried on. `RESULT` gets one JSON line for each
judgement; standard output gets a line on each thousand.
"""
import json, pathlib, queue, random, shutil, subprocess, sys, tempfile, threading

from . import corpus, schemes

# One at a time, since costs are told as well.
THREADS = 1
LEAST = 512


class Judge:
    """A running kanaria-judge; asked one line at a time."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, new, old=None):
        line = f"{old}\t{new}\n" if old else f"{new}\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise corpus.CorpusError(f"kanaria-judge ended at {line.strip()}")
        found = json.loads(answer)
        if "errno" in found:
            raise corpus.CorpusError(f"kanaria-judge: errno {found['errno']} for {line.strip()}")
        return found

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def events(cache, half, files):
    """What is judged: what it is, its name, a type, the old file, and how the new one is made."""
    base = cache / "corpus"
    lines = [line for line in corpus.read_lines(cache / "corpus.jsonl") if line["half"] == half]
    for line in lines:
        kind = "designed" if line["type"].startswith("secret") else "benign"
        yield {"event": kind, "case": line["package"], "type": line["type"]}, base / line["path"], None
    for pair in corpus.read_lines(cache / "rewrites.jsonl"):
        if pair["half"] == half:
            case = {"event": "rewrite", "case": pair["kind"], "type": pair["by"]}
            yield case, cache / pair["old"], cache / pair["new"]
    dice = random.Random(f"attacks on {half}")
    usable = [line for line in lines if not line["type"].startswith("secret")
              and (base / line["path"]).stat().st_size >= LEAST]
    for name, (group, apply) in schemes.SCHEMES.items():
        for line in dice.sample(usable, min(len(usable), files)):
            yield {"event": "attack", "case": name, "group": group, "type": line["type"]}, \
                base / line["path"], apply
    for name in schemes.tool_commands("", ""):
        group = "container" if name in schemes.CONTAINERS else "tool"
        for line in dice.sample(usable, min(len(usable), max(10, files // 4))):
            yield {"event": "attack", "case": name, "group": group, "type": line["type"]}, \
                base / line["path"], name


def judged(judge, event, path, way, folder):
    """The event with the judgement; None where a scheme does not go with a file."""
    if way is None:
        return event | look(judge.ask(path), path)
    if isinstance(way, pathlib.Path):
        return event | look(judge.ask(way, path), way)
    new = folder / "new"
    new.unlink(missing_ok=True)
    if isinstance(way, str):
        if way in schemes.IN_PLACE:
            shutil.copy(path, new)
        run = subprocess.run(list(map(str, schemes.tool_commands(path, new)[way])),
                             stdin=subprocess.DEVNULL, capture_output=True)
        made = next((found for found in folder.iterdir() if found.name.startswith("new")), None)
        if run.returncode or made is None:
            return {"missing": way, "said": run.stderr.decode(errors="replace")[-200:]}
        if made != new:
            made.rename(new)  # some tools add a suffix
    else:
        content = way(path.read_bytes())
        if content is None:
            return None
        new.write_bytes(content)
    return event | look(judge.ask(new, path), new) | {"oldByteCount": path.stat().st_size}


def look(answer, path):
    with open(path, "rb") as file:
        return answer | {"head": file.read(8).hex(), "path": path.name}


def work(program, waiting, results, failures):
    judge = Judge(program)
    with tempfile.TemporaryDirectory(prefix="kanaria-bench-", dir="/dev/shm") as folder:
        try:
            while (item := waiting.get()) is not None:
                found = judged(judge, *item, pathlib.Path(folder))
                if found:
                    results.put(found)
        except Exception as error:  # told by the main thread, which ends all
            failures.append(error)
            while waiting.get() is not None:
                pass
        finally:
            judge.end()
            results.put(None)


def main(cache, half, program, files, result):
    waiting, results, failures = queue.Queue(64), queue.Queue(), []
    threads = [threading.Thread(target=work, args=(program, waiting, results, failures))
               for _ in range(THREADS)]

    def feed():
        for event in events(cache, half, files):
            waiting.put(event)
        for _ in threads:
            waiting.put(None)

    for thread in [*threads, threading.Thread(target=feed)]:
        thread.start()
    part, count, left = result.with_name(result.name + ".part"), 0, THREADS
    with open(part, "w") as file:
        while left:
            found = results.get()
            if found is None:
                left -= 1
                continue
            file.write(json.dumps(found) + "\n")
            count += 1
            if count % 1000 == 0:
                print(count, flush=True)
    if failures:
        raise failures[0]
    part.replace(result)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), pathlib.Path(sys.argv[5]))
