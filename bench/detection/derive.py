"""Files that real tools make of selected ones: what packages hold too few of.

Run with the libraries of requirements.txt: derive.py CACHE. A tool that is missing makes nothing,
which is said at the end.
"""
import io, pathlib, random, shutil, subprocess, sys, tempfile

from . import corpus, derive_data

EACH = 24
COMPRESSORS = {
    "gz": [["gzip", "-c", f"-{level}"] for level in (1, 6, 9)],
    "xz": [["xz", "-c", f"-{level}"] for level in ("0", "6", "9e")],
    "zst": [["zstd", "-qc", f"-{level}", *more] for level, more in
            (("1", ()), ("3", ("--no-check",)), ("19", ()))],
    "bz2": [["bzip2", "-c", f"-{level}"] for level in (1, 9)],
    "lz4": [["lz4", "-qc", f"-{level}"] for level in (1, 9)],
}
SEVEN_ZIP = [["-t7z", f"-m0={method}"] for method in ("lzma2", "ppmd", "bzip2", "deflate", "lzma")]
ZIP = [["-tzip", "-mm=deflate"], ["-tzip", "-mm=copy"], ["-tzip", "-mm=deflate64"]]
PICTURES = [
    ("webp", {"quality": 50}), ("webp", {"quality": 85}), ("webp", {"quality": 95}),
    ("webp", {"lossless": True}), ("heic", {"quality": 40}), ("heic", {"quality": 70}),
    ("heic", {"quality": 90}), ("avif", {"quality": 60, "speed": 9}), ("jp2", {}), ("jpg", {"quality": 60}),
    ("jpg", {"quality": 92, "progressive": True}), ("png", {"optimize": True}),
    ("tiff", {}), ("tiff", {"compression": "tiff_lzw"}), ("tiff", {"compression": "tiff_adobe_deflate"}),
    ("gif", {}), ("bmp", {}), ("tga", {}), ("pcx", {}), ("ppm", {}), ("ico", {})]
SOUND = [("wav", "PCM_16"), ("wav", "PCM_24"), ("flac", "PCM_16"), ("ogg", "VORBIS"),
         ("mp3", "MPEG_LAYER_III"), ("ogg", "OPUS"), ("au", "PCM_16"), ("aiff", "PCM_16")]
FILMS = [("mp4", ["-c:v", "libx264"]), ("mkv", ["-c:v", "libx264"]), ("webm", ["-c:v", "libvpx-vp9"]),
         ("avi", ["-c:v", "mpeg4"]), ("mov", ["-c:v", "mpeg4"]), ("mpg", ["-c:v", "mpeg2video"]),
         ("mp4", ["-c:v", "libx265"])]


class Maker:
    """Makes files of one half."""

    def __init__(self, cache, half, lines, missing):
        self.base, self.half, self.lines, self.missing = cache / "corpus", half, lines, missing
        self.own = [line for line in lines if line["half"] == half and not line["by"]]
        self.random = random.Random(half)
        self.counts = {}

    def sources(self, *kinds, least=2048, most=1 << 20, count=EACH):
        """Files of these types from as many packages as can be, in an order of our own."""
        found = [line for line in self.own if line["type"] in kinds
                 and least <= (self.base / line["path"]).stat().st_size <= most]
        self.random.shuffle(found)
        ranks, seen = [], {}
        for line in found:
            seen[line["package"]] = seen.get(line["package"], 0) + 1
            ranks.append((seen[line["package"]], len(ranks), line))
        return [self.base / line["path"] for _, _, line in sorted(ranks)[:count]]

    def emit(self, kind, by, content, suffix=None):
        """Adds one file; None where the tool made nothing."""
        if not content or len(content) > corpus.LARGEST:
            return
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        path = self.base / self.half / kind / f"made-{by}-{number}.{suffix or kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.lines.append({"path": str(path.relative_to(self.base)), "type": kind,
                           "half": self.half, "package": f"made by {by}", "by": by})

    def run(self, words, **more):
        """What a tool writes to standard output; None where it is missing or fails."""
        try:
            run = subprocess.run(list(map(str, words)), capture_output=True, timeout=300, **more)
        except (OSError, subprocess.TimeoutExpired) as error:
            self.missing.add(f"{words[0]}: {error}")
            return None
        if run.returncode:
            self.missing.add(f"{words[0]}: {run.stderr.decode(errors='replace').strip()[-160:]}")
            return None
        return run.stdout


def compress(maker):
    plain = maker.sources("csv", "txt", "so", "html", "json", "wav", "py", "tiff", "bin", "other", count=36)
    for kind, ways in COMPRESSORS.items():
        for number, source in enumerate(plain):
            way = ways[number % len(ways)]
            maker.emit(kind, way[0], maker.run([*way, source]))
    mixed = maker.sources("txt", "png", "so", "html", "svg", "jpg", "csv", "xml", count=48)
    with tempfile.TemporaryDirectory() as folder:
        for kind, ways, tool in (("7z", SEVEN_ZIP, "7z"), ("zip", ZIP, "7z")):
            for number in range(30):
                target = pathlib.Path(folder, f"{kind}{number}.{kind}")
                files = mixed[number % 40:number % 40 + 1 + number % 4]
                if maker.run([tool, "a", *ways[number % len(ways)], target, *files]) is not None:
                    maker.emit(kind, tool, target.read_bytes())
    for number in range(24):
        files = mixed[number:number + 3]
        for kind, way in (("tar", []), ("tgz", ["-z"]), ("txz", ["-J"]), ("tzst", ["--zstd"])):
            if kind == "tar" or number % 3 == 0:
                maker.emit(kind, "tar", maker.run(["tar", "-c", *way, "-C", "/", *files]))


def picture(path, most=700):
    from PIL import Image
    image = Image.open(path)
    image.load()
    image = image.convert("RGB")
    image.thumbnail((most, most))
    return image


def pictures(maker):
    import pillow_heif
    pillow_heif.register_heif_opener()
    sources = maker.sources("jpg", "png", "webp", "tiff", least=8192, most=4 << 20, count=60)
    for place, (kind, options) in enumerate(PICTURES):
        for number in range(EACH if kind in ("webp", "heic") else 14):
            made = io.BytesIO()
            try:
                image = picture(sources[(number * 7 + place * 3) % len(sources)])
                if kind == "ico":
                    image.thumbnail((128, 128))
                name = {"jpg": "JPEG", "jp2": "JPEG2000", "heic": "HEIF"}.get(kind, kind.upper())
                image.save(made, name, **options)
            except (OSError, ValueError, KeyError) as error:
                maker.missing.add(f"pillow {kind}: {error}")
                continue
            maker.emit(kind, "pillow", made.getvalue())


def sounds(maker):
    import soundfile
    for place, source in enumerate(maker.sources("wav", "ogg", "flac", most=2 << 20, count=18)):
        try:
            data, rate = soundfile.read(source, dtype="float32", frames=400_000)
        except (RuntimeError, OSError):
            continue
        for kind, subtype in SOUND:
            made = io.BytesIO()
            try:
                soundfile.write(made, data, rate, format={"au": "AU"}.get(kind, kind.upper()),
                                subtype=subtype)
            except (RuntimeError, ValueError, TypeError):
                continue  # not every rate goes with every format
            maker.emit(kind, "libsndfile", made.getvalue())


def films(maker):
    import imageio_ffmpeg
    tool = imageio_ffmpeg.get_ffmpeg_exe()
    sources = maker.sources("jpg", "png", least=20_000, most=4 << 20, count=40)
    tones = maker.sources("wav", "ogg", count=10)
    with tempfile.TemporaryDirectory() as folder:
        for place, (kind, codec) in enumerate(FILMS):
            for number in range(8):
                frames = pathlib.Path(folder, "frames")
                shutil.rmtree(frames, ignore_errors=True)
                frames.mkdir()
                for frame in range(6):
                    image = picture(sources[(number * 5 + frame + place) % len(sources)], 480)
                    image.resize((320, 240)).save(frames / f"{frame}.png")
                target = pathlib.Path(folder, f"film.{kind}")
                sound = ["-i", tones[number % len(tones)], "-t", "3"] if number % 2 and tones else []
                words = [tool, "-y", "-loglevel", "error", "-framerate", "3", "-i", frames / "%d.png",
                         *sound, "-threads", "1", *codec, "-pix_fmt", "yuv420p", "-r", "25", target]
                if maker.run(words) is not None:
                    maker.emit(kind, "ffmpeg", target.read_bytes())
        for number, source in enumerate(maker.sources("wav", "ogg", "flac", count=16)):
            target = pathlib.Path(folder, f"sound{number}.m4a")
            if maker.run([tool, "-y", "-loglevel", "error", "-i", source, "-c:a", "aac", "-t", "8",
                          target]) is not None:
                maker.emit("m4a", "ffmpeg", target.read_bytes())


def modern(maker):
    """More of what entropy alone takes for ciphertext: zst, xz, 7z, webp and heic."""
    import pillow_heif
    pillow_heif.register_heif_opener()
    plain = maker.sources("csv", "txt", "html", "json", "xml", "js", "svg", "mo", "dcm", "npy", "ttf",
                          "sqlite", "h5", "bare", count=60)
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(plain):
            for kind in ("zst", "xz"):
                way = COMPRESSORS[kind][(number + 1) % 3]
                maker.emit(kind, way[0], maker.run([*way, source]))
            target = pathlib.Path(folder, f"{number}.7z")
            if maker.run(["7z", "a", *SEVEN_ZIP[number % 5], target, source]) is not None:
                maker.emit("7z", "7z", target.read_bytes())
    for number, source in enumerate(maker.sources("jpg", "png", "tiff", least=8192, count=60)):
        for kind, name in (("webp", "WEBP"), ("heic", "HEIF")):
            made = io.BytesIO()
            try:
                picture(source, 500).save(made, name, quality=55 + number % 4 * 10)
            except (OSError, ValueError):
                continue
            maker.emit(kind, "pillow", made.getvalue())


PARTS = [compress, pictures, sounds, films, *derive_data.PARTS, modern]


def main(cache):
    lines = corpus.read_lines(cache / "selected.jsonl")
    missing = set()
    for half in corpus.HALVES:
        for old in (cache / "corpus" / half).glob("*/made-*"):
            old.unlink()
        maker = Maker(cache, half, lines, missing)
        for part in PARTS:
            print(f"{half}: {part.__name__}", file=sys.stderr, flush=True)
            part(maker)
    for words in sorted(missing):
        print(f"not made: {words}", file=sys.stderr)
    corpus.write_lines(cache / "corpus.jsonl", lines)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
