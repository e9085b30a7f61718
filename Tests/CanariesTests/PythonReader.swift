/// A Python program that reads one file with the standard library and fails if it is not valid.
let pythonReader = #"""
    """Reads one file with the standard library and fails if it is not valid."""
    import csv
    import re
    import struct
    import sys
    import xml.dom.minidom
    import zipfile
    import zlib

    kind, path = sys.argv[1:]
    data = open(path, "rb").read()
    if kind in ("docx", "xlsx"):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                xml.dom.minidom.parseString(archive.read(name))
    elif kind == "png":
        at, pixels = 8, b""
        while at < len(data):
            count, name = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + count]
            assert zlib.crc32(name + body) == struct.unpack(">I", data[at + 8 + count:at + 12 + count])[0]
            if name == b"IHDR":
                width, height = struct.unpack(">II", body[:8])
            if name == b"IDAT":
                pixels += body
            at += 12 + count
        assert len(zlib.decompress(pixels)) == (width + 1) * height
    elif kind == "pdf":
        start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", data)[1])
        assert data[start:start + 4] == b"xref"
        lines = data[start:].split(b"\n")
        for number in range(1, int(lines[1].split()[1])):
            place = int(lines[2 + number][:10])
            assert data[place:].startswith(b"%d 0 obj\n" % number), number
        for length, body in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)endstream", data, re.S):
            assert int(length) == len(body)
    elif kind == "csv":
        rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
        assert all(len(row) == 8 for row in rows)
    elif kind == "jpeg":
        assert data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9"
        at = 2
        while data[at + 1] != 0xDA:
            assert data[at] == 0xFF
            at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    elif kind == "dicom":
        assert data[128:132] == b"DICM"
    else:
        data.decode("utf-8")
    try:  # The decoders that people use, where they are installed.
        if kind in ("jpeg", "png"):
            import PIL.Image
            PIL.Image.open(path).load()
        elif kind == "dicom":
            import pydicom
            image = pydicom.dcmread(path)
            assert len(image.PixelData) == image.Rows * image.Columns
        elif kind == "pdf":
            import pypdf
            assert all(page.extract_text() for page in pypdf.PdfReader(path, strict=True).pages)
        elif kind == "xlsx":
            import openpyxl
            assert openpyxl.load_workbook(path).active.max_column == 8
        elif kind == "docx":
            import docx
            assert docx.Document(path).paragraphs
    except ImportError:
        pass
    """#
