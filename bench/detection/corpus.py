"""The corpus: real files of pinned packages, and files that real tools make of them.

Everything lies in a cache folder, nothing in git. Half of the packages, whole ones, are for
development, the other half for the test; a file made from others is in the half of its sources.
"""
import hashlib, json, os, pathlib, re, shutil, subprocess, sys, tarfile, zipfile

HERE = pathlib.Path(__file__).resolve().parent
PINS = HERE / "packages.json"
HALVES = ("development", "test")
LARGEST, FROM_EACH, OF_OTHERS, OF_TYPE = 4 << 20, 16, 10, 90
# What a file is called by its suffix; all others are "other" where they have one, else "bare".
TYPES = """7z aac avi bam bmp bz2 class csv dcm deb docx edf eps exr feather fits flac fli gbr gif gih
glb gz h5 hdf5:h5 hdr ico html htm:html icc icns jar jp2 jpg jpeg:jpg js json jsonl lz4 m4a mat md mgh
mid midi:mid mkv mo mp3 mp4 msg nc nii npy npz obj odg odp ods odt ogg oga:ogg ogv opus orc otf otp:odp
ott:odt ots:ods parquet pat pcx pdf pfb pickle pkl:pickle png pnm:ppm ppm pptx potx:pptx ps psd py pyc
rar rcc rda rds rdb rtf sas7bdat sf2 shp dbf sib so dll exe a:ar o:elf sqlite db:sqlite stl svg svgz tar
tcl tex tfm tga tif:tiff tiff tmx tsv ttf ttc:ttf txt vf wasm wav webm webp wmf emf woff woff2 xcf xls
xlsx xm mod xml mxl xpm xsd xz yaml yml:yaml zip zst dict.dz:dictzip el elc po css map c:code h:code
cpp:code r:code pl:code sh:code lua:code java:code dic aff spl vim bin rom iso img dat kpp abr
ora kra kvtml bdf pcf.gz""".split()
TYPE_OF = dict(entry.split(":") if ":" in entry else (entry, entry) for entry in TYPES)


class CorpusError(Exception):
    """Why there is no corpus, for people."""


def folder(named=None):
    """The cache: as told, else that of the XDG base directory specification."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(named or pathlib.Path(base) / "kanaria-bench").absolute()


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pins():
    return json.loads(PINS.read_text())["packages"]


def fetch(cache, show):
    """Downloads what is missing; a package that is there with its digest is not asked for."""
    place = cache / "packages"
    place.mkdir(parents=True, exist_ok=True)
    wanted = pins()
    for number, pin in enumerate(wanted, 1):
        path = place / pin["file"]
        if path.exists() and digest(path) == pin["sha256"]:
            continue
        show(f"downloading {pin['name']} {pin['version']} ({number} of {len(wanted)})")
        path.unlink(missing_ok=True)
        run = subprocess.run(download(pin), cwd=place, capture_output=True, text=True)
        if run.returncode or not path.exists():
            said = (run.stderr.strip().splitlines() or ["nothing was said"])[-1]
            raise CorpusError(f"cannot download {pin['name']} {pin['version']}: {said}; what is "
                              f"there stays in {place}, call again when the network is back")
        if digest(path) != pin["sha256"]:
            path.unlink()
            raise CorpusError(f"{pin['file']} is not what was pinned; it was removed")


def download(pin):
    if pin["source"] == "debian":
        # apt's sandbox user may not write into the cache.
        return ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download",
                f"{pin['name']}={pin['version']}"]
    return [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
            "--python-version", "3.11", "--platform", "manylinux2014_x86_64", "--platform",
            "manylinux_2_28_x86_64", "--platform", "any", f"{pin['name']}=={pin['version']}"]


def type_of(name):
    lower = pathlib.PurePosixPath(name).name.lower()
    for suffix in (".".join(lower.split(".")[-2:]), lower.rpartition(".")[2]):
        if "." in lower and suffix in TYPE_OF:
            return TYPE_OF[suffix]
    return "other" if re.search(r"\.[a-z0-9_-]{1,8}$", lower) else "bare"


def select(cache, show):
    """Takes files out of the packages: of each type some of each package, by a hash of the name."""
    base = cache / "corpus"
    shutil.rmtree(base, ignore_errors=True)
    lines, full = [], {}
    for pin in pins():
        show(f"unpacking {pin['name']}")
        path = cache / "packages" / pin["file"]
        for kind, name, content in chosen(path):
            key = pin["half"], kind
            if full.get(key, 0) >= OF_TYPE * (6 if kind in ("other", "bare") else 1):
                continue
            full[key] = full.get(key, 0) + 1
            stem = hashlib.sha256(name.encode()).hexdigest()[:10]
            suffix = pathlib.PurePosixPath(name).suffix[:12]
            target = base / pin["half"] / kind / f"{pin['name']}-{stem}{suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            lines.append({"path": str(target.relative_to(base)), "type": kind,
                          "half": pin["half"], "package": pin["name"], "by": ""})
    write_lines(cache / "selected.jsonl", lines)


def chosen(path):
    """Type, name and content of the files that are taken from one package."""
    sizes = dict(members(path, None))
    by_type = {}
    for name, size in sizes.items():
        if 0 < size <= LARGEST:
            by_type.setdefault(type_of(name), []).append(name)
    wanted = {}
    for kind, names in by_type.items():
        names.sort(key=lambda name: hashlib.sha256(name.encode()).digest())
        for name in names[:OF_OTHERS if kind in ("other", "bare") else FROM_EACH]:
            wanted[name] = kind
    seen = set()
    for name, content in sorted(members(path, wanted)):
        found = hashlib.sha256(content).digest()
        if found not in seen:
            seen.add(found)
            yield wanted[name], name, content


def members(path, wanted):
    """Names with sizes, or with contents of those that are wanted."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if wanted is None:
                    yield entry.filename, entry.file_size
                elif entry.filename in wanted:
                    yield entry.filename, archive.read(entry)
        return
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE) as pipe, \
            tarfile.open(fileobj=pipe.stdout, mode="r|") as archive:
        for entry in archive:
            if not entry.isfile():
                continue
            if wanted is None:
                yield entry.name, entry.size
            elif entry.name in wanted:
                yield entry.name, archive.extractfile(entry).read()


def write_lines(path, lines):
    part = path.with_name(path.name + ".part")
    part.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))
    os.replace(part, path)


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def libraries(cache, show):
    """The Python that encodes and encrypts, with pinned libraries; its path."""
    place = cache / "python"
    stamp, wanted = place / "done", (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        show("installing Python libraries")
        shutil.rmtree(place, ignore_errors=True)
        for words in ([sys.executable, "-m", "venv", place],
                      [place / "bin/pip", "install", "-q", "-r", HERE / "requirements.txt"]):
            run = subprocess.run(words, capture_output=True, text=True)
            if run.returncode:
                said = (run.stderr.strip().splitlines() or [""])[-1]
                raise CorpusError(f"cannot install the Python libraries: {said}")
        stamp.write_text(wanted)
    return place / "bin/python"


def stage(cache, name, sources, work):
    """Does work once for each state of what it depends on."""
    mark = hashlib.sha256()
    for source in sources:
        mark.update((HERE / source).read_bytes())
    stamp = cache / f"{name}.stamp"
    if not stamp.exists() or stamp.read_text() != mark.hexdigest():
        work()
        stamp.write_text(mark.hexdigest())


def prepare(cache, show):
    """Makes all that is missing in the cache; a broken-off call goes on where it was."""
    cache.mkdir(parents=True, exist_ok=True)
    fetch(cache, show)
    python = libraries(cache, show)
    stage(cache, "selected", ["packages.json", "corpus.py"], lambda: select(cache, show))
    made = ["packages.json", "corpus.py", "derive.py", "derive_data.py", "requirements.txt"]
    stage(cache, "derived", made, lambda: call(python, "derive", cache, show))
    pairs = [*made, "rewrites.py", "rewrite_systems.py"]
    stage(cache, "rewritten", pairs, lambda: call(python, "rewrites", cache, show))
    return python


def call(python, module, cache, show):
    show(f"making files: {module}")
    run = subprocess.run([python, "-m", f"detection.{module}", cache], cwd=HERE.parent,
                         env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, stdout=subprocess.PIPE)
    if run.returncode:
        raise CorpusError(f"detection.{module} failed; what it said is above")
