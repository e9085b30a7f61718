"""Writes one real file of each format into the folder given; standard library and installed tools only.

Where a tool is missing, its format is left out.
"""
import base64, binascii, bz2, gzip, io, lzma, os, py_compile, random, shutil, sqlite3, struct, subprocess, sys
import tarfile, wave, zipfile, zlib

out = os.path.abspath(sys.argv[1])
os.makedirs(out, exist_ok=True)
rng = random.Random(11)
words = "canary mine gas lamp shaft seam coal air bird song patient record ward scan dose".split()
text = " ".join(rng.choice(words) + ("\n" if i % 9 == 8 else "") for i in range(14000)).encode()
japanese = ("第一病棟の記録。カナリアは坑道で鳴いた。患者の容体は安定している。\n" * 900)
# Bytes as compressed pictures and sound have: skewed, and without 0xFF.
skewed = bytes(min(rng.getrandbits(8), rng.getrandbits(8)) & 0x7F for _ in range(60000))


def put(name, data):
    with open(os.path.join(out, name), "wb") as file:
        file.write(data)


def tool(name, *arguments):
    if shutil.which(arguments[0]) is None:
        return
    subprocess.run(arguments, cwd=out, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    assert os.path.exists(os.path.join(out, name)), name


def zipped(members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else method)
    return file.getvalue()


def archives():
    put("zip", zipped([("a.txt", text), ("b.txt", text[:9000])]))
    put("zip-stored", zipped([("a.txt", text)], zipfile.ZIP_STORED))
    put("zip-bzip2", zipped([("a.txt", text)], zipfile.ZIP_BZIP2))
    put("docx", zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", text)]))
    put("odt", zipped([("mimetype", "application/vnd.oasis.opendocument.text"),
                       ("content.xml", text), ("META-INF/manifest.xml", "<manifest/>")]))
    put("zipapp", b"#!/usr/bin/env python3\n" + zipped([("__main__.py", text)]))
    put("jar", zipped([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"), ("A.txt", text)]))
    put("gz", gzip.compress(text))
    put("xz", lzma.compress(text))
    put("bz2", bz2.compress(text))
    put("zlib", zlib.compress(text))
    sized = lambda data: struct.pack(">I", len(data)) + zlib.compress(data)
    put("sized-zlib", sized(text))
    put("lazy-load", sized(text[:9000]) + sized(text))
    tool("zst", "zstd", "-q", "--check", "plain", "-o", "zst")
    if shutil.which("zstd"):
        # A window of 2 GiB, which no decoder takes without being asked to.
        long = subprocess.run(["zstd", "-q", "--long=31"], input=text, stdout=subprocess.PIPE).stdout
        put("zst-long", long)
        noise = random.Random(12).randbytes(20000)
        put("forged-zst", long[:6] + noise)
    tool("lz4", "lz4", "-q", "plain", "lz4")
    tool("archive.7z", "7z", "a", "archive.7z", "plain")
    tool("many.7z", "7z", "a", "many.7z", "plain", "zip")
    for name, form in [("tar", tarfile.GNU_FORMAT), ("tar-pax", tarfile.PAX_FORMAT)]:
        with tarfile.open(os.path.join(out, name), "w", format=form) as archive:
            archive.add(os.path.join(out, "plain"), "plain")
            archive.add(os.path.join(out, "gz"), "plain.gz")
    member = lambda name, data: (b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (
        name, 0, 0, 0, b"100644", len(data)) + data + b"\n" * (len(data) & 1))
    inner = open(os.path.join(out, "tar"), "rb").read()
    # The size stands in the extended header alone, as for members above 8 GiB.
    long = tarfile.TarInfo("plain")
    long.size, long.pax_headers = 0, {"size": str(len(text))}
    put("tar-size", long.tobuf(tarfile.PAX_FORMAT) + text + bytes(-len(text) % 512 + 1024))
    put("deb", b"!<arch>\n" + member(b"debian-binary", b"2.0\n")
        + member(b"control.tar.xz", lzma.compress(inner[:2048]))
        + member(b"data.tar.xz", lzma.compress(inner)))
    put("rar", rar5(b"\x00"))
    put("cab", cabinet())
    if shutil.which("git"):
        script = ("git init -q r && cd r && git config user.email a@b && git config user.name a"
                  " && cp ../plain ../gz . && git add . && git commit -q -m 1 && git gc -q"
                  " && cp .git/objects/pack/*.pack ../gitpack && cp .git/objects/pack/*.idx ../gitindex"
                  " && cd .. && rm -rf r")
        subprocess.run(["sh", "-ec", script], cwd=out, check=True, stdout=subprocess.DEVNULL)


def number7(value):
    data = b""
    while True:
        data += bytes([value & 0x7F | (0x80 if value > 0x7F else 0)])
        value >>= 7
        if not value:
            return data


def rar_block(body, data=b""):
    body = number7(len(body)) + body
    return struct.pack("<I", zlib.crc32(body)) + body + data


def rar5(kind):
    name = b"plain"
    fields = number7(2) + number7(2) + number7(len(text)) + b"\x00" + number7(len(text)) + b"\x00"
    fields += b"\x00" + b"\x01" + number7(len(name)) + name
    return (b"Rar!\x1a\x07\x01\x00" + rar_block(b"\x01\x00\x00") + rar_block(fields, text)
            + rar_block(b"\x05\x00\x00"))


def cabinet():
    def words(data):
        total = 0
        for i in range(0, len(data) // 4 * 4, 4):
            total ^= struct.unpack_from("<I", data, i)[0]
        last = 0
        for byte in data[len(data) // 4 * 4:]:
            last = last << 8 | byte
        return total ^ last
    blocks = b""
    chunks = [text[i:i + 32768] for i in range(0, len(text), 32768)]
    for chunk in chunks:
        sizes = struct.pack("<HH", len(chunk), len(chunk))
        blocks += struct.pack("<I", words(chunk) ^ words(sizes)) + sizes + chunk
    file = struct.pack("<IIHHHH", len(text), 0, 0, 0, 0, 0x20) + b"plain\x00"
    first = 36 + 8 + len(file)
    header = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, first + len(blocks), 0, 44, 0, 3, 1, 1, 1, 0, 0, 0)
    return header + struct.pack("<IHH", first, len(chunks), 0) + file + blocks


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pictures():
    width, height = 200, 150
    rows = b"".join(b"\x00" + skewed[i * 300:i * 300 + 600] for i in range(height))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packed = zlib.compress(rows)
    for i in range(0, len(packed), 8192):
        png += chunk(b"IDAT", packed[i:i + 8192])
    put("png", png + chunk(b"IEND", b""))
    segment = lambda marker, data: bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    put("jpg", b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + segment(0xDB, b"\x00" + bytes(range(1, 65))) + segment(0xC0, frame)
        + segment(0xC4, b"\x00" + bytes(16) + b"") + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + skewed + b"\xff\xd9")
    blocks = b"".join(bytes([255]) + skewed[i:i + 255] for i in range(0, 51000, 255)) + b"\x00"
    put("gif", b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
        + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x08" + blocks + b"\x3b")
    put("bmp", b"BM" + struct.pack("<IHHI", 54 + 45000, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 100, 150, 1, 24, 0, 45000, 0, 0, 0, 0) + skewed[:45000])
    entry = lambda tag, kind, count, value: struct.pack("<HHII", tag, kind, count, value)
    entries = [entry(256, 4, 1, 200), entry(257, 4, 1, 225), entry(258, 3, 1, 8), entry(259, 3, 1, 1),
               entry(273, 4, 1, 8), entry(277, 3, 1, 1), entry(278, 4, 1, 225), entry(279, 4, 1, 45000)]
    put("tiff", b"II*\x00" + struct.pack("<I", 45008) + skewed[:45000]
        + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4))
    riff = lambda kind, *parts: b"RIFF" + struct.pack("<I", 4 + sum(map(len, parts))) + kind + b"".join(parts)
    part = lambda name, data: name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) & 1)
    put("webp", riff(b"WEBP", part(b"VP8L", b"\x2f" + skewed[:40001])))
    put("avi", riff(b"AVI ", part(b"LIST", b"hdrl" + skewed[:200]), part(b"LIST", b"movi" + skewed[:40000])))
    box = lambda name, data: struct.pack(">I", 8 + len(data)) + name + data
    moov = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", box(b"tkhd", bytes(84))))
    put("mp4", box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"mdat", skewed[:40000]) + moov)
    put("heic", box(b"ftyp", b"heic\0\0\0\0mif1heic")
        + box(b"meta", bytes(4) + box(b"hdlr", bytes(24))) + box(b"mdat", skewed[:40000]))
    size = struct.pack(">HIIIIIIIIH", 0, 200, 150, 0, 0, 200, 150, 0, 0, 1) + b"\x07\x01\x01"
    tile = b"\xff\x93" + skewed[:40000]
    stream = (b"\xff\x4f" + segment(0x51, size) + segment(0x52, bytes(10)) + segment(0x5C, bytes(5))
              + b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 12 + len(tile), 0, 1) + tile + b"\xff\xd9")
    put("jp2", b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
        + box(b"jp2h", box(b"ihdr", bytes(14))) + box(b"jp2c", stream))
    put("psd", b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 100, 150, 8, 3) + bytes(12)
        + struct.pack(">H", 0) + skewed[:45000])
    put("ico", struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, 1128, 22)
        + struct.pack("<I", 40) + skewed[:1124])


    # OpenEXR: rows of half floats, without compression.
    field = lambda name, kind, value: b"%s\0%s\0" % (name, kind) + struct.pack("<I", len(value)) + value
    head = struct.pack("<II", 0x01312F76, 2) + b"".join([
        field(b"channels", b"chlist", b"R\0" + struct.pack("<IIII", 1, 0, 1, 1) + b"\0"),
        field(b"compression", b"compression", b"\0"),
        field(b"dataWindow", b"box2i", struct.pack("<4i", 0, 0, 299, 79)), b"\0"])
    first = len(head) + 8 * 80
    put("exr", head + struct.pack("<80Q", *(first + 608 * y for y in range(80)))
        + b"".join(struct.pack("<iI", y, 600) + skewed[600 * y:600 * y + 600] for y in range(80)))


def film():
    """An MPEG program stream of packs with one packet each."""
    pack = b"\0\0\x01\xba\x44\0\x04\0\x04\x01\0\0\x03\xf8"
    packets = [skewed[at:at + 2028] for at in range(0, 60000, 2028)]
    put("mpg", b"".join(pack + b"\0\0\x01\xe0" + struct.pack(">H", len(part)) + part for part in packets)
        + b"\0\0\x01\xb9")


def sound():
    with wave.open(os.path.join(out, "wav"), "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", (i * 37 % 2000) - 1000) for i in range(30000)))
    table = []
    for i in range(256):
        r = i << 24
        for _ in range(8):
            r = (r << 1 ^ 0x04C11DB7 if r & 0x80000000 else r << 1) & 0xFFFFFFFF
        table.append(r)
    def ogg_page(number, data, flags):
        lacing = bytes([255] * (len(data) // 255) + [len(data) % 255])
        page = b"OggS\0" + bytes([flags]) + struct.pack("<QIII", number, 1, number, 0) + bytes([len(lacing)]) + lacing + data
        total = 0
        for byte in page:
            total = (total << 8 & 0xFFFFFFFF) ^ table[total >> 24 ^ byte]
        return page[:22] + struct.pack("<I", total) + page[26:]
    put("ogg", b"".join(ogg_page(i, skewed[i * 4000:i * 4000 + 4000], 2 if i == 0 else 4 if i == 11 else 0) for i in range(12)))
    put("flac", flac())
    put("mp3", b"ID3\x04\x00\x00\x00\x00\x00\x14" + bytes(20)
        + b"".join(b"\xff\xfb\x90\x00" + skewed[i * 100:i * 100 + 413] for i in range(120)))
    put("mid", b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">I", 30000) + skewed[:30000])
    element = lambda id, data: bytes.fromhex(id) + bytes([0x10 | len(data) >> 24]) + struct.pack(">I", len(data))[1:] + data
    cluster = element("1F43B675", element("E7", b"\0") + b"".join(
        element("A3", b"\x81\0\0\x80" + skewed[i * 1000:i * 1000 + 1000]) for i in range(40)))
    put("mkv", element("1A45DFA3", element("4282", b"webm")) + element("18538067",
        element("1549A966", bytes(20)) + element("1654AE6B", bytes(60)) + cluster))


def flac():
    def sum16(data):
        r = 0
        for byte in data:
            r ^= byte << 8
            for _ in range(8):
                r = (r << 1 ^ 0x8005 if r & 0x8000 else r << 1) & 0xFFFF
        return r
    def sum8(data):
        r = 0
        for byte in data:
            r ^= byte
            for _ in range(8):
                r = (r << 1 ^ 7 if r & 0x80 else r << 1) & 0xFF
        return r
    data = b"fLaC" + b"\x80\0\0\x22" + bytes(34)
    for i in range(12):
        header = b"\xff\xf8\xc9\x08" + bytes([i])
        frame = header + bytes([sum8(header)]) + skewed[i * 3000:i * 3000 + 3000]
        data += frame + struct.pack(">H", sum16(frame))
    return data


def documents():
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    for i in range(4):
        packed = zlib.compress(text[i * 15000:(i + 1) * 15000])
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream")
    put("pdf", pdf(objects, b""))
    put("pdf-locked", pdf(objects, b" /Encrypt 3 0 R"))
    put("rtf", b"{\\rtf1\\ansi " + text.replace(b"\n", b"\\par\n") + b"}")
    put("doc", compound({"WordDocument": b"\xec\xa5" + bytes(30) + text[:40000]}))
    put("doc-locked", compound({"WordDocument": b"\xec\xa5" + bytes(8) + b"\0\1" + bytes(20) + text[:40000]}))
    noise = random.Random(5).randbytes(40000)
    put("docx-locked", compound({"EncryptionInfo": bytes(5000), "EncryptedPackage": noise}))
    manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    put("odt-locked", zipped([("mimetype", "application/vnd.oasis.opendocument.text"),
                              ("content.xml", noise), ("META-INF/manifest.xml", manifest)]))
    plain = bytearray(564)
    plain[8:20] = b"SM\x17\x00\x13\x00\x01\x01" + bytes(4)
    struct.pack_into("<Q", plain, 184, 40564)
    plain[0:4] = b"!BDN"
    total = 0
    for byte in plain[8:479]:
        total ^= byte
        for _ in range(8):
            total = total >> 1 ^ 0xEDB88320 if total & 1 else total >> 1
    struct.pack_into("<I", plain, 4, total)
    put("pst", bytes(plain) + skewed[:40000])
    path = os.path.join(out, "sqlite")
    base = sqlite3.connect(path)
    base.execute("create table t(a integer primary key, b text)")
    base.executemany("insert into t(b) values(?)", [(text[i:i + 60].decode(),) for i in range(0, 40000, 30)])
    base.execute("create index i on t(b)")
    base.commit()
    base.close()
    mail = b"From: a@example.org\nTo: b@example.org\nSubject: scans\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\n"
    put("eml", mail + text)
    put("mbox", b"From a@example.org Mon Jan  1 00:00:00 2024\n" + mail + text)
    put("txt", text)
    put("txt-utf8", japanese.encode())
    put("txt-utf16", japanese.encode("utf-16"))
    put("txt-euc", japanese.encode("euc-jp"))
    put("txt-sjis", japanese.encode("shift_jis"))
    lines = text.decode().split("\n")
    put("csv", "\n".join(f"{i},{line[:20]},{i * i}" for i, line in enumerate(lines)).encode())
    put("json", ("[" + ",\n".join('{"a": %d, "b": "%s"}' % (i, line[:30]) for i, line in enumerate(lines)) + "]").encode())
    put("xml", b"<?xml version=\"1.0\"?>\n<a>" + text + b"</a>")
    put("html", b"<!DOCTYPE html><html><body>" + text + b"</body></html>")
    put("svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><text>" + text + b"</text></svg>")
    put("hl7", "\r".join(["MSH|^~\\&|LAB|A|B|C|20240101||ORU^R01|1|P|2.5"]
                         + [f"OBX|{i}|TX|||{line}" for i, line in enumerate(lines)]).encode())


def pdf(objects, extra):
    data = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for i, body in enumerate(objects):
        places.append(len(data))
        data += b"%d 0 obj\n" % (i + 1) + body + b"\nendobj\n"
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, extra, table)


def compound(streams):
    """A compound file with one table sector, then the directory, then the streams."""
    sectors, directory, table = [], [], [0xFFFFFFFD, 0xFFFFFFFE]
    def entry(name, kind, start, size, child=0xFFFFFFFF, right=0xFFFFFFFF):
        raw = name.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
                + bytes(36) + struct.pack("<IQ", start, size))
    directory.append(entry("Root Entry", 5, 0xFFFFFFFE, 0, 1))
    for i, (name, data) in enumerate(streams.items()):
        data = data.ljust((len(data) + 511) // 512 * 512, b"\0")
        first, count = 2 + len(sectors), len(data) // 512
        sectors += [data[j * 512:j * 512 + 512] for j in range(count)]
        table += list(range(first + 1, first + count)) + [0xFFFFFFFE]
        right = i + 2 if i + 1 < len(streams) else 0xFFFFFFFF
        directory.append(entry(name, 2, first, len(data), right=right))
    directory += [bytes(128)] * (4 - len(directory))
    assert len(table) <= 128
    table += [0xFFFFFFFF] * (128 - len(table))
    header = (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6,
              0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432)
    return header + struct.pack("<128I", *table) + b"".join(directory) + b"".join(sectors)


def science():
    put("dcm", dicom(text[:30000], "1.2.840.10008.1.2.1"))
    put("dcm-implicit", dicom(text[:30000], "1.2.840.10008.1.2"))
    header = bytearray(352)
    struct.pack_into("<I8h", header, 0, 348, *[0] * 8)
    struct.pack_into("<8h", header, 40, 3, 30, 30, 30, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 2, 8)
    struct.pack_into("<f", header, 108, 352)
    header[344:348] = b"n+1\0"
    put("nii", bytes(header) + skewed[:27000])
    field = lambda value, size: str(value).encode().ljust(size)
    signal = b"".join(field(v, n) for v, n in [("EEG", 16), ("", 80), ("uV", 8), (-100, 8), (100, 8),
                      (-32768, 8), (32767, 8), ("", 80), (100, 8), ("", 32)])
    put("edf", b"0       " + field("patient", 80) + field("recording", 80) + b"01.01.2400.00.00"
        + field(512, 8) + field("", 44) + field(150, 8) + field(1, 8) + field(1, 4) + signal + skewed[:30000])
    size = 30000
    put("hdf5", b"\x89HDF\r\n\x1a\n" + bytes([0, 0, 0, 0, 0, 8, 8, 0]) + struct.pack("<HHI", 4, 16, 0)
        + struct.pack("<QQQQ", 0, 2**64 - 1, size, 2**64 - 1) + struct.pack("<QQ", 0, 96) + bytes(24)
        + b"\x01\x00" + skewed[:size - 98])
    footer = b"\x15\x04" + skewed[:500]
    put("parquet", b"PAR1\x15\x04" + skewed[:30000] + footer + struct.pack("<I", len(footer)) + b"PAR1")
    put("arrow", b"ARROW1\0\0" + skewed[:30000] + struct.pack("<I", 400) + b"ARROW1")
    shape = b"{'descr': '<f8', 'fortran_order': False, 'shape': (5000,), }"
    shape = shape.ljust(117) + b"\n"
    values = b"".join(struct.pack("<d", i / 7) for i in range(5000))
    npy = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(shape)) + shape + values
    put("npy", npy)
    put("npz", zipped([("a.npy", npy)]))
    packed = zlib.compress(values)
    put("mat", b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + struct.pack("<II", 15, len(packed)) + packed)


def resources():
    scrambled = random.Random(41).randbytes(31000)
    section = lambda kind, data: struct.pack("<BBI", 0x80, kind, len(data)) + data
    put("pfb", section(1, b"%!PS-AdobeFont-1.0: Canary\n" + text[:3000]) + section(2, scrambled)
        + section(1, b"0" * 512 + b"\ncleartomark\n") + b"\x80\x03")
    element = lambda name, data: name + struct.pack(">I", 8 + len(data)) + data
    body = b"".join(element(b"ic0%d" % n, scrambled[n * 3000:n * 3000 + 3000]) for n in range(7, 10))
    put("icns", b"icns" + struct.pack(">I", 8 + len(body)) + body)


def astronomy():
    cards = ["SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    1",
             "NAXIS1  =                57600", *[f"HISTORY line {n} of the record" for n in range(30)], "END"]
    header = "".join(card.ljust(80) for card in cards)
    put("fits", header.ljust(2880).encode() + skewed[:57600])


def dicom(pixels, syntax):
    def explicit(group, number, kind, value):
        value += b"\0" * (len(value) & 1)
        if kind in (b"OW", b"OB", b"SQ", b"UN"):
            return struct.pack("<HH2sHI", group, number, kind, 0, len(value)) + value
        return struct.pack("<HH2sH", group, number, kind, len(value)) + value
    def implicit(group, number, kind, value):
        value += b"\0" * (len(value) & 1)
        return struct.pack("<HHI", group, number, len(value)) + value
    element = explicit if syntax.endswith(".1") else implicit
    meta = explicit(2, 0x10, b"UI", syntax.encode())
    return (bytes(128) + b"DICM" + explicit(2, 0, b"UL", struct.pack("<I", len(meta))) + meta
            + element(8, 0x60, b"CS", b"CT") + element(16, 16, b"PN", b"Canary^A")
            + element(0x7FE0, 16, b"OW", pixels))


def programs():
    shutil.copy("/bin/true", os.path.join(out, "elf"))
    pe = b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64) + b"PE\0\0"
    pe += struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x22) + b"\x0b\x02" + bytes(238)
    put("pe", (pe + b".text\0\0\0" + struct.pack("<IIII", 30000, 4096, 30000, 512) + bytes(16)).ljust(512, b"\0") + skewed[:30000])
    code = skewed[:30000]
    constant = lambda value: b"\x01" + struct.pack(">H", len(value)) + value
    pool = constant(b"A") + b"\x07\0\1" + constant(b"Data")
    put("class", struct.pack(">IHHH", 0xCAFEBABE, 0, 52, 4) + pool + struct.pack(">HHHHHH", 1, 2, 0, 0, 0, 0)
        + struct.pack(">HHI", 1, 3, len(code)) + code)
    source = os.path.join(out, "module.py")
    with open(source, "w") as file:
        file.write("\n".join(f"def f{i}(a):\n    return a + {i} * 'x'" for i in range(500)))
    py_compile.compile(source, os.path.join(out, "pyc"))
    os.remove(source)
    put("wasm", b"\0asm\1\0\0\0" + b"\x00" + number7(30000) + skewed[:30000])
    strings = [text[i * 40:i * 40 + 30] for i in range(500)]
    first = 28 + 16 * len(strings)
    table, data = b"", b""
    for _ in range(2):
        for value in strings:
            table += struct.pack("<II", len(value), first + len(data))
            data += value + b"\0"
    put("mo", struct.pack("<7I", 0x950412DE, 0, len(strings), 28, 28 + 8 * len(strings), 0, 0) + table + data)
    tables = [(b"glyf", skewed[:24000]), (b"head", bytes(56)), (b"name", skewed[:4000])]
    place, directory, body = 12 + 16 * len(tables), b"", b""
    for name, data in tables:
        total = sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF
        directory += name + struct.pack(">III", total, place + len(body), len(data))
        body += data
    put("ttf", struct.pack(">IHHHH", 0x10000, len(tables), 32, 1, 16) + directory + body)
    place, directory, body = 44 + 20 * len(tables), b"", b""
    for name, data in tables:
        packed = zlib.compress(data)
        directory += name + struct.pack(">IIII", place + len(body), len(packed), len(data), 0)
        body += packed + bytes(-len(packed) % 4)
    put("woff", b"wOFF" + struct.pack(">IIHHIHHIIIII", 0x10000, place + len(body), len(tables), 0, 0, 1, 0, 0, 0, 0, 0, 0) + directory + body)
    put("woff2", b"wOF2" + struct.pack(">IIHHIIHHIIIII", 0x10000, 30048, 3, 0, 60000, 30000, 1, 0, 0, 0, 0, 0, 0) + skewed[:30000])


def secrets():
    tool("salted", "openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-k", "pw", "-in", "plain", "-out", "salted")
    tool("salted64", "openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-k", "pw", "-a", "-in", "plain", "-out", "salted64")
    tool("zip-locked.zip", "zip", "-q", "-P", "pw", "zip-locked.zip", "plain")
    tool("aes-locked.zip", "7z", "a", "-ppw", "-tzip", "-mem=AES256", "aes-locked.zip", "plain")
    tool("locked.7z", "7z", "a", "-ppw", "locked.7z", "plain", "gz", "zip")
    tool("names-locked.7z", "7z", "a", "-ppw", "-mhe=on", "names-locked.7z", "plain")
    if shutil.which("gpg"):
        home = os.path.join(out, "home")
        os.mkdir(home, 0o700)
        for name, more in [("gpg", []), ("asc", ["--armor"])]:
            tool(name, "gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback",
                 "--passphrase", "pw", *more, "-o", name, "-c", "plain")
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"])
        shutil.rmtree(home, ignore_errors=True)
    if shutil.which("age-keygen"):
        script = "age-keygen -o k 2>/dev/null; age -r $(age-keygen -y k) -o age plain; age -a -r $(age-keygen -y k) -o age-armor plain; rm k"
        subprocess.run(["sh", "-ec", script], cwd=out, check=True)
    if shutil.which("openssl"):
        script = ("openssl req -x509 -newkey rsa:4096 -nodes -keyout key.pem -out cert.pem -subj /CN=a -days 9;"
                  "openssl x509 -in cert.pem -outform der -out der;"
                  "openssl pkcs8 -topk8 -in key.pem -passout pass:pw -out key-locked.pem")
        subprocess.run(["sh", "-ec", script], cwd=out, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    put("luks", b"LUKS\xba\xbe\x00\x02" + bytes(4088) + random.Random(3).randbytes(40000))


def wraps():
    """Random bytes in sound containers."""
    noise = random.Random(21).randbytes(30000)
    put("wrap-zip", zipped([("a.bin", noise)]))
    put("wrap-zip-stored", zipped([("a.bin", noise)], zipfile.ZIP_STORED))
    put("wrap-docx", zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", noise)]))
    put("wrap-gz", gzip.compress(noise))
    put("wrap-xz", lzma.compress(noise))
    put("wrap-bz2", bz2.compress(noise))
    put("wrap-zlib", zlib.compress(noise))
    rows = b"".join(b"\x00" + noise[i:i + 300] for i in range(0, 30000, 300))
    put("wrap-png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    jpg = open(os.path.join(out, "jpg"), "rb").read()
    put("wrap-jpg", jpg[:2] + b"\xff\xe5" + struct.pack(">H", len(noise) + 2) + noise + jpg[2:])
    with wave.open(os.path.join(out, "wrap-wav"), "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate(8000)
        file.writeframes(noise)
    with tarfile.open(os.path.join(out, "wrap-tar"), "w") as archive:
        member = tarfile.TarInfo("a.bin")
        member.size = len(noise)
        archive.addfile(member, io.BytesIO(noise))
    bmp = open(os.path.join(out, "bmp"), "rb").read()
    put("wrap-bmp", bmp[:54] + random.Random(22).randbytes(45000))


def codes():
    """Random bytes, text and a compressed file behind alphabets."""
    lines = lambda data: b"\n".join(data[i:i + 76] for i in range(0, len(data), 76)) + b"\n"
    def packed7(data):
        bits = int.from_bytes(data, "big")
        size = len(data) * 8 // 7
        bits >>= len(data) * 8 - size * 7
        return bytes(bits >> 7 * i & 127 for i in range(size))
    def uu(data):
        return b"begin 644 a\n" + b"".join(binascii.b2a_uu(data[i:i + 45]) for i in range(0, len(data), 45)) + b"`\nend\n"
    alphabets = {
        "hex": bytes.hex, "b32": base64.b32encode, "b64": base64.b64encode, "uu": uu,
        "url": base64.urlsafe_b64encode, "lines": lambda data: lines(base64.b64encode(data)),
        "a85": base64.a85encode, "b85": base64.b85encode,
        "pem": lambda data: b"-----BEGIN THING-----\n" + lines(base64.b64encode(data)) + b"-----END THING-----\n",
    }
    contents = {"code": random.Random(31).randbytes(20000), "textcode": text[:20000], "gzcode": gzip.compress(text)}
    for name, encode in alphabets.items():
        for kind, data in contents.items():
            result = encode(data)
            put(f"{kind}-{name}", result.encode() if isinstance(result, str) else result)
    noise = contents["code"]
    put("code-7bit", packed7(noise))
    put("code-padded", b"".join(bytes([byte, 0]) for byte in noise))
    put("code-fernet", base64.urlsafe_b64encode(b"\x80\0\0\0\0\x65\x12\x34\x56" + noise))


def bombs():
    zeros = bytes(1 << 20)
    with zipfile.ZipFile(os.path.join(out, "bomb-zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a", "w") as member:
            for _ in range(32):
                member.write(zeros)
    with gzip.open(os.path.join(out, "bomb-gz"), "wb") as file:
        for _ in range(32):
            file.write(zeros)
    with lzma.open(os.path.join(out, "bomb-xz"), "wb") as file:
        for _ in range(32):
            file.write(zeros)
    nested = text
    for _ in range(20):
        nested = zipped([("a.zip", nested)])
    put("bomb-nested", nested)
    # Every entry of the directory leads to the same member.
    data = zipped([("a", zeros)])
    start = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")
    directory = data[start:end] * 20000
    tail = bytearray(data[end:])
    struct.pack_into("<HHII", tail, 8, 20000, 20000, len(directory), start)
    put("bomb-overlap", data[:start] + directory + bytes(tail))
    place = struct.pack("<I", 8)
    put("bomb-tiff", b"II*\0" + place + struct.pack("<H", 1) + struct.pack("<HHII", 256, 4, 1, 9) + place + bytes(3000))


put("plain", text)
archives()
pictures()
film()
sound()
documents()
science()
astronomy()
resources()
programs()
secrets()
wraps()
codes()
bombs()
