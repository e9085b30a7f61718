"""Derived files, second part: documents, tables, databases, medicine, mail, keys, secrets."""
import email.message, io, os, pathlib, pickle, random, shutil, sqlite3, subprocess, tempfile

import numpy

# LibreOffice's names of the formats that it writes.
OFFICE = ["odt", "doc", "rtf", "pdf", "docx"], ["ods", "xls", "xlsx", "csv"], ["odp", "ppt", "pptx", "pdf"]
PASSWORD = "correct horse battery staple"


def tables(maker):
    import h5py, pyarrow, pyarrow.feather, pyarrow.parquet, scipy.io
    dice = numpy.random.default_rng(len(maker.half))
    for number in range(24):
        rows = int(dice.integers(50, 20_000))
        columns = {
            "number": numpy.arange(rows), "value": numpy.cumsum(dice.normal(size=rows)),
            "rounded": numpy.round(dice.normal(100, 15, rows), 1),
            "code": dice.integers(0, 40, rows).astype("int16"),
            "noise": dice.random(rows), "text": [f"ward-{n % 13}" for n in range(rows)]}
        numbers = {name: column for name, column in columns.items() if name != "text"}
        table = pyarrow.table(columns)
        for kind, write in {
            "parquet": lambda to: pyarrow.parquet.write_table(
                table, to, compression=("snappy", "zstd", "gzip", "none", "brotli")[number % 5]),
            "feather": lambda to: pyarrow.feather.write_feather(
                table, to, compression=("lz4", "zstd", "uncompressed")[number % 3]),
            "npz": lambda to: (numpy.savez, numpy.savez_compressed)[number % 2](to, **numbers),
            "npy": lambda to: numpy.save(to, list(numbers.values())[number % 5]),
            "mat": lambda to: scipy.io.savemat(to, numbers, do_compression=bool(number % 2)),
            "pickle": lambda to: to.write(pickle.dumps(numbers, protocol=2 + number % 4)),
        }.items():
            made = io.BytesIO()
            write(made)
            maker.emit(kind, "numpy" if kind[0] == "n" else kind, made.getvalue())
        made = io.BytesIO()
        with h5py.File(made, "w") as file:
            for name, column in numbers.items():
                file.create_dataset(name, data=column, compression=(None, "gzip", "lzf")[number % 3])
        maker.emit("h5", "h5py", made.getvalue())
        text = "\n".join(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))
        maker.emit("csv", "python", text.encode())


def databases(maker):
    for number, source in enumerate(maker.sources("txt", "csv", "html", "json", count=24)):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "made.sqlite")
            base = sqlite3.connect(path)
            base.execute(f"pragma page_size = {(512, 1024, 4096, 8192)[number % 4]}")
            base.execute("create table pages (number integer primary key, line text, copy blob)")
            lines = source.read_bytes().decode(errors="replace").splitlines()[:4000]
            base.executemany("insert into pages (line, copy) values (?, ?)",
                             [(line, line[::-1].encode()) for line in lines])
            base.execute("create index lines on pages (line)")
            base.commit()
            base.close()
            maker.emit("sqlite", "sqlite3", path.read_bytes())


def office(maker):
    """Documents, sheets and slides of real texts and pictures, and what LibreOffice makes of them."""
    import docx, openpyxl, pptx
    texts = maker.sources("txt", "html", "md", least=3000, most=60_000, count=16)
    shown = maker.sources("jpg", "png", least=4000, most=300_000, count=30)
    with tempfile.TemporaryDirectory() as folder:
        groups = [], [], []
        for number, source in enumerate(texts):
            lines = [line for line in source.read_bytes().decode(errors="replace").splitlines()
                     if line.isprintable()][:200]
            document, sheet, slides = docx.Document(), openpyxl.Workbook(), pptx.Presentation()
            for place, line in enumerate(lines):
                document.add_paragraph(line)
                sheet.active.append([place, line, place * 1.5, len(line)])
            for place in range(number % 4):
                slide = slides.slides.add_slide(slides.slide_layouts[5])
                slide.shapes.title.text = (lines or ["?"])[place % max(1, len(lines))][:60]
                try:
                    slide.shapes.add_picture(str(shown[(number + place) % len(shown)]), 0, 0)
                    document.add_picture(str(shown[(number + place) % len(shown)]), width=3_000_000)
                except Exception:  # formats and resolutions that these libraries refuse
                    continue
            for made, group, suffix in ((document, 0, "docx"), (sheet, 1, "xlsx"), (slides, 2, "pptx")):
                path = pathlib.Path(folder, f"{suffix}{number}.{suffix}")
                made.save(path)
                groups[group].append(path)
                maker.emit(suffix, f"python-{suffix}", path.read_bytes())
        for paths, kinds in zip(groups, OFFICE, strict=True):
            for kind in kinds:
                for made in convert(maker, paths, kind):
                    maker.emit(kind, "libreoffice", made)


def convert(maker, paths, kind):
    """What LibreOffice makes of files, one call for all."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                 "--convert-to", kind, "--outdir", f"{folder}/out", *paths]
        if maker.run(words) is None:
            return []
        return [path.read_bytes() for path in sorted(pathlib.Path(folder, "out").glob("*"))]


def medicine(maker):
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless
    for number, source in enumerate(maker.sources("jpg", "png", "tiff", least=4000, most=2 << 20, count=36)):
        from PIL import Image
        try:
            image = Image.open(source).convert("L")
        except OSError:
            continue
        image.thumbnail((400, 400))
        data = pydicom.Dataset()
        data.SOPClassUID, data.SOPInstanceUID = pydicom.uid.SecondaryCaptureImageStorage, pydicom.uid.generate_uid()
        data.PatientName, data.PatientID, data.Modality = f"Test^{number}", str(number), "OT"
        data.Rows, data.Columns = image.height, image.width
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated = data.BitsStored = 8
        data.HighBit, data.PixelRepresentation = 7, 0
        data.file_meta = pydicom.dataset.FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        pixels = image.tobytes()
        data.PixelData = pixels + b"\0" * (len(pixels) % 2)
        if number % 3 == 1:
            data.compress(RLELossless)
        elif number % 3 == 2:
            made = io.BytesIO()
            image.save(made, "JPEG", quality=85)
            data.PixelData = pydicom.encaps.encapsulate([made.getvalue()])
            data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
            data["PixelData"].VR = "OB"
        made = io.BytesIO()
        data.save_as(made, enforce_file_format=True)
        maker.emit("dcm", "pydicom", made.getvalue())
    for number in range(20):
        parts = [f"MSH|^~\\&|LAB|WARD|HIS|HOSP|202601{number + 1:02}||ORU^R01|{number}|P|2.5.1"]
        parts += [f"OBX|{n}|NM|{1000 + n}^Test||{maker.random.uniform(0, 300):.1f}|mg/dL|||||F"
                  for n in range(maker.random.randint(5, 400))]
        maker.emit("hl7", "python", "\r".join(parts).encode())


def mail(maker):
    attached = maker.sources("jpg", "pdf", "zip", "gz", "png", "txt", least=1000, most=300_000, count=24)
    for number, source in enumerate(attached):
        message = email.message.EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", f"No. {number}"
        message.set_content("As agreed.\n" * (1 + number % 7))
        message.add_attachment(source.read_bytes(), maintype="application", subtype="octet-stream",
                               filename=source.name)
        whole = message.as_bytes()
        maker.emit("eml", "python", whole)
        if number % 3 == 0:
            maker.emit("mbox", "python", (b"From a@example.org Mon Jan  5 09:00:00 2026\n" + whole + b"\n") * 2)


def texts(maker):
    """Texts in the encodings that Japanese offices have."""
    for source in maker.sources("txt", "gz", "po", "html", "dic", "other", "bare", "csv", count=400):
        content = source.read_bytes()
        if source.suffix == ".gz":
            content = maker.run(["gzip", "-dc", source]) or b""
        text = next((read for name in ("utf-8", "euc_jp") if (read := decoded(content, name))), "")
        if sum("\u3040" <= letter <= "\u30ff" for letter in text[:5000]) < 20:
            continue
        for kind, name in (("txt-sjis", "cp932"), ("txt-euc", "euc_jp"), ("txt-utf8", "utf-8"),
                           ("txt-utf16", "utf-16")):
            if maker.counts.get(kind, 0) < 24:
                maker.emit(kind, "python", text[:200_000].encode(name, "ignore"), "txt")


def decoded(content, name):
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return ""


def repositories(maker):
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org"]
        maker.run([*git, "init", "-q"])
        for number, source in enumerate(maker.sources("py", "txt", "code", "js", "html", count=60)):
            shutil.copy(source, pathlib.Path(folder, f"{number % 20}{source.suffix}"))
            if number % 3 == 0:
                maker.run([*git, "add", "-A"])
                maker.run([*git, "commit", "-qm", f"Change {number}"])
            if number % 12 == 11:
                maker.run([*git, "gc", "-q"])
                for path in pathlib.Path(folder).glob(".git/objects/pack/*"):
                    kind = {".pack": "gitpack", ".idx": "gitidx"}.get(path.suffix)
                    if kind:
                        maker.emit(kind, "git", path.read_bytes())
            if number % 12 == 9:
                loose = sorted(pathlib.Path(folder).glob(".git/objects/??/*"))
                for path in loose[:8]:
                    maker.emit("gitobject", "git", path.read_bytes())


def keys(maker):
    with tempfile.TemporaryDirectory() as folder:
        for number in range(12):
            base = pathlib.Path(folder, str(number))
            algorithm = ["rsa:2048", "rsa:4096", "ec"][number % 3]
            more = ["-pkeyopt", "ec_paramgen_curve:P-384"] if algorithm == "ec" else []
            maker.run(["openssl", "req", "-x509", "-newkey", algorithm, *more, "-nodes", "-subj",
                       f"/CN=host{number}", "-keyout", f"{base}.key", "-out", f"{base}.pem"])
            maker.run(["openssl", "x509", "-in", f"{base}.pem", "-outform", "der", "-out", f"{base}.der"])
            maker.run(["openssl", "pkey", "-in", f"{base}.key", "-outform", "der", "-out", f"{base}.keyder"])
            maker.run(["openssl", "pkcs12", "-export", "-in", f"{base}.pem", "-inkey", f"{base}.key",
                       "-passout", "pass:x", "-out", f"{base}.p12"])
            for kind in ("pem", "der", "p12", "keyder"):
                path = pathlib.Path(f"{base}.{kind}")
                if path.exists():
                    maker.emit(kind, "openssl", path.read_bytes())


def secrets(maker):
    """Encrypted on purpose: told apart from the benign ones, whose types they are not."""
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(maker.sources("txt", "csv", "png", "docx", "html", "so", count=24)):
            for kind, words in designed(source, pathlib.Path(folder, str(number))).items():
                target = pathlib.Path(folder, f"{number}.{kind}")
                if maker.run([word if word != "TARGET" else target for word in words],
                             input=PASSWORD.encode()) is not None and target.exists():
                    maker.emit(f"secret-{kind}", words[0], target.read_bytes(), kind)


def designed(source, base):
    """The command for each way in which people encrypt files."""
    gpg = ["gpg", "--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", PASSWORD, "-c"]
    ssl = ["openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-k", PASSWORD, "-in", source, "-out", "TARGET"]
    return {
        "gpg": [*gpg, "-o", "TARGET", source], "gpgz0": [*gpg, "-z", "0", "-o", "TARGET", source],
        "asc": [*gpg, "--armor", "-o", "TARGET", source], "salted": ssl,
        "age": ["age", "-r", "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z",
                "-o", "TARGET", source],
        "7z": ["7z", "a", f"-p{PASSWORD}", "-t7z", "TARGET", source],
        "mhe.7z": ["7z", "a", f"-p{PASSWORD}", "-mhe=on", "-t7z", "TARGET", source],
        "aes.zip": ["7z", "a", f"-p{PASSWORD}", "-tzip", "-mem=AES256", "TARGET", source],
        "e.zip": ["zip", "-qjP", PASSWORD, "TARGET", source],
    }


PARTS = [tables, databases, office, medicine, mail, texts, repositories, keys, secrets]
