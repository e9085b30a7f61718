"""What honest people and programs do to files: pairs of an old and a new content.

Run with the libraries of requirements.txt: rewrites.py CACHE. Pairs are in the half of their files.
"""
import gzip, io, os, pathlib, random, shutil, sys, tempfile

import numpy

from . import corpus, rewrite_systems
from .derive import COMPRESSORS, Maker, picture
from .derive_data import convert

TEXT = ("txt", "csv", "html", "json", "xml", "py", "js", "css", "code", "po", "md", "svg", "tex", "yaml",
        "txt-euc", "txt-sjis", "txt-utf8", "txt-utf16", "hl7", "eml", "rtf", "bare")


class Pairs(Maker):
    """Collects the pairs of one half; old contents that are files of the corpus stay where they are."""

    def __init__(self, cache, half, lines, missing, pairs):
        super().__init__(cache, half, lines, missing)
        self.own = [line for line in lines if line["half"] == half]
        self.place, self.pairs = cache / "rewrites" / half, pairs
        self.place.mkdir(parents=True)
        self.number = 0

    def pair(self, kind, old, new, by):
        """`old` is a path in the corpus, or bytes as `new` is."""
        if isinstance(old, pathlib.Path):
            before, content = old, old.read_bytes()
        else:
            before, content = self.save(old), old
        if new is None or new == content or not new or len(new) > corpus.LARGEST or len(content) > corpus.LARGEST:
            return
        self.pairs.append({"old": str(before), "new": str(self.save(new)), "kind": kind,
                           "half": self.half, "by": by})

    def save(self, content):
        self.number += 1
        path = self.place / f"{self.number}"
        path.write_bytes(content)
        return path


def edited_texts(pairs):
    """A line changed, some added, removed, recoded, and the ends of lines."""
    for number, path in enumerate(pairs.sources(*TEXT, least=100, count=700)):
        old = path.read_bytes()
        rows = old.split(b"\n")
        at = pairs.random.randrange(len(rows))
        other = rows[pairs.random.randrange(len(rows))]
        ways = [
            lambda: rows[:at] + [b"Changed on Monday: " + other] + rows[at + 1:],
            lambda: rows[:at] + rows[pairs.random.randrange(len(rows)):][:30] + rows[at:],
            lambda: rows[:at] + rows[at + 1 + len(rows) // 20:],
            lambda: [old.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")],
            lambda: [old.replace(b"the", b"ein").replace(b"0", b"7")],
            lambda: [*rows, *rows[:40]], lambda: sorted(rows),
            lambda: [old.decode("utf-8", "ignore").encode("utf-16")],
        ]
        pairs.pair("text edited", path, b"\n".join(ways[number % len(ways)]()), "python")


def recompressed(pairs):
    """A file replaced by its compressed self, and archives packed anew."""
    flat = [(kind, way) for kind, ways in COMPRESSORS.items() for way in ways]
    kinds = ("csv", "txt", "so", "html", "bmp", "wav", "tiff", "sqlite", "xml", "docx", "jpg", "other", "h5", "dcm")
    for number, path in enumerate(pairs.sources(*kinds, count=320)):
        kind, way = flat[number % len(flat)]
        pairs.pair("replaced by its compressed self", path, pairs.run([*way, path]), way[0])
    for kind, ways in COMPRESSORS.items():
        for number, path in enumerate(pairs.sources(kind, count=40)):
            plain = pairs.run([ways[0][0], "-dc", path]) or b""
            if 0 < len(plain) <= corpus.LARGEST:
                pairs.pair("compressed anew", path, pairs.run(
                    ways[(number + 1) % len(ways)], input=plain), ways[0][0])


def archives(pairs):
    """Members added to, and taken from, archives."""
    members = pairs.sources("txt", "png", "html", "so", "pdf", "jpg", count=60)
    with tempfile.TemporaryDirectory() as folder:
        for kind, tool, add, drop in (
                ("zip", "7z", ["a"], ["d"]), ("7z", "7z", ["a"], ["d"]), ("jar", "7z", ["a"], ["d"]),
                ("tar", "tar", ["--append", "-f"], ["--delete", "-f"])):
            for number, path in enumerate(pairs.sources(kind, least=500, count=50)):
                copy = pathlib.Path(folder, f"copy.{kind}")
                shutil.copy(path, copy)
                form = ["-tzip"] if kind in ("zip", "jar") else []
                if pairs.run([tool, *add, *form, copy, members[number % len(members)]]) is not None:
                    grown = copy.read_bytes()
                    pairs.pair("member added to an archive", path, grown, tool)
                    name = members[number % len(members)]
                    shown = str(name).lstrip("/") if kind == "tar" else name.name
                    if pairs.run([tool, *drop, copy, shown]) is not None:
                        pairs.pair("member taken from an archive", grown, copy.read_bytes(), tool)


def images(pairs):
    """Pictures turned, cut, brightened, and saved in their own or another format."""
    import pillow_heif
    from PIL import Image, ImageEnhance
    pillow_heif.register_heif_opener()
    kinds = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF", "gif": "GIF", "bmp": "BMP",
             "heic": "HEIF", "avif": "AVIF", "jp2": "JPEG2000"}
    edits = [lambda image: image.transpose(Image.Transpose.ROTATE_90),
             lambda image: image.crop((0, 0, image.width * 3 // 4 + 1, image.height * 3 // 4 + 1)),
             lambda image: ImageEnhance.Brightness(image).enhance(1.2), lambda image: image]
    for kind, name in kinds.items():
        for number, path in enumerate(pairs.sources(kind, least=1500, most=2 << 20, count=60)):
            try:
                image = edits[number % 4](picture(path, 900))
                other = list(kinds.values())[number // 4 % len(kinds)] if number % 4 == 3 else name
                made = io.BytesIO()
                image.save(made, other, **({"quality": 80} if other in ("JPEG", "WEBP") else {}))
            except (OSError, ValueError, KeyError, SyntaxError):
                continue
            pairs.pair("picture edited" if other == name else "picture in another format", path,
                       made.getvalue(), "pillow")
    for number, path in enumerate(pairs.sources("jpg", "png", "tiff", "gif", most=1 << 20, count=60)):
        words = [["-strip"], ["-resize", "80%"], ["-negate"], ["-quality", "70"]][number % 4]
        pairs.pair("picture edited", path, pairs.run(["convert-im6.q16", f"{path}[0]", *words,
                                                      f"{path.suffix[1:].upper()}:-"]), "imagemagick")


def sounds(pairs):
    import soundfile
    for number, path in enumerate(pairs.sources("wav", "flac", "ogg", "mp3", "aiff", "au", most=2 << 20, count=120)):
        try:
            data, rate = soundfile.read(path, dtype="float32", frames=300_000)
            made = io.BytesIO()
            form = soundfile.info(path).format if number % 3 else "FLAC"
            soundfile.write(made, data * 0.7, rate, format=form)
        except (RuntimeError, OSError, ValueError, TypeError):
            continue
        pairs.pair("sound edited", path, made.getvalue(), "libsndfile")


def office(pairs):
    """Documents saved again by LibreOffice and by the libraries."""
    for kind in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "doc", "xls", "ppt", "rtf"):
        paths = pairs.sources(kind, least=500, most=1 << 20, count=24)
        with tempfile.TemporaryDirectory() as folder:
            copies = []
            for number, path in enumerate(paths):
                copies.append(pathlib.Path(folder, f"{number:03}.{kind}"))
                shutil.copy(path, copies[-1])
            made = convert(pairs, copies, kind) if copies else []
            if len(made) == len(paths):
                for path, content in zip(paths, made, strict=True):
                    pairs.pair("office document saved again", path, content, "libreoffice")
    import docx, openpyxl, pptx
    for path in pairs.sources("docx", "xlsx", "pptx", least=500, count=150):
        made = io.BytesIO()
        try:
            if path.suffix == ".docx":
                document = docx.Document(str(path))
                document.add_paragraph("Added on Monday.")
            elif path.suffix == ".xlsx":
                document = openpyxl.load_workbook(path)
                document.active["A1"] = "Changed on Monday."
            else:
                document = pptx.Presentation(str(path))
                document.slides.add_slide(document.slide_layouts[0])
            document.save(made)
        except Exception:  # broken test documents are among them
            continue
        pairs.pair("office document edited", path, made.getvalue(), "python")


def science(pairs):
    """DICOM tags and pixels, arrays, tables."""
    import h5py, pyarrow.parquet, pydicom
    for number, path in enumerate(pairs.sources("dcm", count=80)):
        try:
            data = pydicom.dcmread(path, force=True)
            data.PatientName = "Renamed^Patient"
            if number % 3 == 1:
                data.compress(pydicom.uid.RLELossless)
            made = io.BytesIO()
            data.save_as(made)
        except Exception:  # many are made to be refused
            continue
        pairs.pair("DICOM edited", path, made.getvalue(), "pydicom")
    for path in pairs.sources("npy", count=80):
        try:
            array = numpy.load(path, allow_pickle=False)
            made = io.BytesIO()
            numpy.save(made, array * 2 if array.dtype.kind in "iuf" else array[::-1])
        except (ValueError, OSError):
            continue
        pairs.pair("array written again", path, made.getvalue(), "numpy")
    for number, path in enumerate(pairs.sources("parquet", count=60)):
        try:
            table = pyarrow.parquet.read_table(path)
            made = io.BytesIO()
            pyarrow.parquet.write_table(table.slice(0, max(1, table.num_rows * 2 // 3)), made,
                                        compression=("snappy", "zstd", "gzip")[number % 3])
        except Exception:  # encrypted and odd ones are among them
            continue
        pairs.pair("table written again", path, made.getvalue(), "pyarrow")
    for path in pairs.sources("h5", most=1 << 20, count=60):
        made = io.BytesIO(path.read_bytes())
        try:
            with h5py.File(made, "r+") as file:
                file.create_dataset("added", data=numpy.arange(500))
        except Exception:
            continue
        pairs.pair("table written again", path, made.getvalue(), "h5py")


def saved_over(pairs):
    """Another file under an old name, of the same type or another; and rsync --inplace of one."""
    everything = pairs.sources(*{line["type"] for line in pairs.own if not line["type"].startswith("secret")},
                               least=256, most=1 << 20, count=700)
    kinds = {}
    for path in everything:
        kinds.setdefault(path.parent.name, []).append(path)
    for number, path in enumerate(everything[:460]):
        same = kinds[path.parent.name]
        other = same[(same.index(path) + 1) % len(same)] if number % 2 else everything[-1 - number]
        pairs.pair("another file under the name", path, other.read_bytes(), "cp")
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "source"), pathlib.Path(folder, "target")
        # What is inserted into must be text, or the result is no honest file.
        for path in pairs.sources(*TEXT, least=256, count=860)[700:]:
            content = path.read_bytes()
            shutil.copy(path, target)
            middle = len(content) // 2
            source.write_bytes(content[:middle] + b"inserted" + content[middle:])
            if pairs.run(["rsync", "--inplace", "--no-whole-file", source, target]) is not None:
                pairs.pair("rsync --inplace", path, target.read_bytes(), "rsync")


def grown(pairs):
    """Downloads that grow, and files that were reserved before they are filled."""
    everything = pairs.sources(*{line["type"] for line in pairs.own if not line["type"].startswith("secret")},
                               least=8192, most=1 << 20, count=420)
    for number, path in enumerate(everything[-260:]):
        content = path.read_bytes()
        if number % 2:
            pairs.pair("reserved file filled", bytes(len(content)), content, "cp")
        else:
            pairs.pair("download went on", content[:len(content) * 2 // 3], content, "curl")


def logs(pairs):
    """Logs that grow and are rotated."""
    for number in range(60):
        rows = [f"2026-01-{1 + n // 900:02} {n % 24:02}:{n % 60:02}:07 host{n % 7} smbd[{n * 37 % 30000}]: "
                f"{pairs.random.choice(['opened', 'closed', 'failed'])} {pairs.random.getrandbits(40):x}"
                for n in range(pairs.random.randint(50, 4000))]
        text, more = "\n".join(rows).encode(), "\n".join(rows[:200]).encode()
        pairs.pair("log grown", text, text + b"\n" + more, "syslog")
        pairs.pair("log rotated", text, gzip.compress(text), "logrotate")
        pairs.pair("log rotated", text, more, "logrotate")


PARTS = [edited_texts, recompressed, archives, images, sounds, office, science, saved_over, grown, logs,
         *rewrite_systems.PARTS]


def main(cache):
    lines, missing, found = corpus.read_lines(cache / "corpus.jsonl"), set(), []
    shutil.rmtree(cache / "rewrites", ignore_errors=True)
    for half in corpus.HALVES:
        pairs = Pairs(cache, half, lines, missing, found)
        pairs.random = random.Random(half)
        for part in PARTS:
            before = len(found)
            part(pairs)
            print(f"{half}: {part.__name__}: {len(found) - before}", file=sys.stderr, flush=True)
    for words in sorted(missing)[:40]:
        print(f"not made: {words}", file=sys.stderr)
    for pair in found:
        pair["old"], pair["new"] = (os.path.relpath(pair[name], cache) for name in ("old", "new"))
    corpus.write_lines(cache / "rewrites.jsonl", found)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
