"""What attackers do to a file, whole and in parts; every file has keys of its own.

The ciphers are OpenSSL's (python3-cryptography). `content` is bytes; each scheme gives the new
content, or None where the file is too small for it. Source: facts on intermittent encryption are in
docs/contents.md, the schemes are those on which its rules were measured.
"""
import base64, binascii, gzip, io, os, struct, zipfile

import numpy
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KIB = 1024


def stream(content, name="ctr"):
    """All of it under a new key."""
    if name == "chacha20":
        cipher = Cipher(algorithms.ChaCha20(os.urandom(32), os.urandom(16)), None)
    else:
        cipher = Cipher(algorithms.AES(os.urandom(32)), modes.CTR(os.urandom(16)))
    return cipher.encryptor().update(content)


def stretches(content, places):
    """Only the stretches, in one key stream."""
    made = bytearray(content)
    secret = stream(content)
    for start, end in places:
        made[start:end] = secret[start:end]
    return bytes(made)


def head(size):
    return lambda content: stretches(content, [(0, size)])


def every(size, step):
    """The first `size` bytes of each `step`; at least two, or the scheme is another one."""
    def apply(content):
        if len(content) < step:
            return None
        return stretches(content, [(at, at + size) for at in range(0, len(content), step)])
    return apply


def kept(size):
    return lambda content: stretches(content, [(size, len(content))]) if len(content) >= 2 * size else None


def tail_kept(content):
    return stretches(content, [(0, len(content) - 4 * KIB)]) if len(content) >= 8 * KIB else None


def tenths(content):
    """64 KiB, then ten stretches of a hundredth each."""
    if len(content) < 256 * KIB:
        return None
    step, size = (len(content) - 64 * KIB) // 10, len(content) // 100
    return stretches(content, [(0, 64 * KIB), *((64 * KIB + n * step, 64 * KIB + n * step + size)
                                                for n in range(10))])


def last(content):
    return stretches(content, [(len(content) - 4 * KIB, len(content))]) if len(content) >= 8 * KIB else None


def exclusive(size):
    """XOR with a key that repeats."""
    def apply(content):
        key = os.urandom(size)
        while not any(key):
            key = os.urandom(size)
        whole = numpy.frombuffer((key * (len(content) // size + 1))[:len(content)], "u1")
        return (numpy.frombuffer(content, "u1") ^ whole).tobytes()
    return apply


def dice():
    return numpy.random.default_rng(int.from_bytes(os.urandom(8), "little"))


def substituted(content):
    return content.translate(dice().permutation(256).astype("u1").tobytes())


def class_kept(content):
    """Digits stay digits and letters letters, in each place another one."""
    plain = numpy.frombuffer(content, "u1")
    made, chance = plain.copy(), dice()
    for first, size in ((0x30, 10), (0x41, 26), (0x61, 26)):
        places = (plain >= first) & (plain < first + size)
        made[places] = first + (plain[places] - first + chance.integers(1, size, places.sum())) % size
    return made.tobytes() if (made != plain).mean() > 0.3 else None


def lines(text, width=76):
    return b"\n".join(text[at:at + width] for at in range(0, len(text), width)) + b"\n"


def uuencoded(content):
    return b"begin 644 file\n" + b"".join(
        binascii.b2a_uu(content[at:at + 45]) for at in range(0, len(content), 45)) + b"`\nend\n"


def seven_bits(content):
    bits = numpy.unpackbits(numpy.frombuffer(content, "u1"))
    bits = numpy.pad(bits, (0, -len(bits) % 7)).reshape(-1, 7)
    return numpy.packbits(numpy.pad(bits, ((0, 0), (1, 0))), axis=1).tobytes()


def zipped(name, method):
    def apply(content):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", method) as archive:
            if name.startswith("word/"):
                archive.writestr("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats."
                                 "org/package/2006/content-types\"/>", zipfile.ZIP_DEFLATED)
            archive.writestr(name, stream(content))
        return made.getvalue()
    return apply


def in_wave(content):
    secret = stream(content)
    secret += b"\0" * (len(secret) % 2)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16)
    body = b"WAVE" + form + b"data" + struct.pack("<I", len(secret)) + secret
    return b"RIFF" + struct.pack("<I", len(body)) + body


def in_png(content):
    from PIL import Image
    secret = stream(content)
    side = int((len(secret) / 3) ** 0.5)
    if side < 8:
        return None
    made = io.BytesIO()
    Image.frombytes("RGB", (side, side), secret[:side * side * 3]).save(made, "PNG", compress_level=1)
    return made.getvalue()


def in_jpeg(content):
    """In the segments of a small picture that programs pass over."""
    from PIL import Image
    made = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 30, 30)).save(made, "JPEG")
    picture, secret = made.getvalue(), stream(content)
    segments = b"".join(b"\xff\xed" + struct.pack(">H", len(part) + 2) + part for part in
                        (secret[at:at + 60_000] for at in range(0, len(secret), 60_000)))
    return picture[:2] + segments + picture[2:]


FORGED = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"PK\x03\x04\x14\0\0\0\x08\0",
          b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"GIF89a", b"\x28\xb5\x2f\xfd",
          b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c\0\x04", b"RIFF\x24\x80\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic",
          b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\0", b"ID3\x03\0", b"OggS\0\x02"]


def forged(content):
    magic = FORGED[os.urandom(1)[0] % len(FORGED)]
    return magic + stream(content)[len(magic):]


def expanded(encode):
    return lambda content: encode(stream(content))


# Name, group, and whether entropy.md's procedure reached 98 % with the old content.
PLAIN, PARTS, KEPT, ENCODED, CLASSICAL, WRAPPED = (
    "whole", "header or blocks", "fine or kept", "encoded", "classical", "wrapped")
SCHEMES = {
    "AES-CTR": (PLAIN, stream), "ChaCha20": (PLAIN, lambda content: stream(content, "chacha20")),
    "AES-CTR, 512 byte footer": (PLAIN, lambda content: stream(content) + os.urandom(512)),
    "AES-CTR, marker at the end": (PLAIN, lambda content: stream(content) + b"\0\0LOCKED\x01" * 8),
    "header 4K": (PARTS, head(4 * KIB)), "header 64K": (PARTS, head(64 * KIB)),
    "header 1M": (PARTS, head(1024 * KIB)),
    "every 2nd 64K": (PARTS, every(64 * KIB, 128 * KIB)),
    "4K of 64K": (PARTS, every(4 * KIB, 64 * KIB)),
    "1.6K of 16K": (PARTS, every(1638, 16 * KIB)), "64K and 10 × 1 %": (PARTS, tenths),
    "16 of 32 bytes": (KEPT, every(16, 32)), "64 of 192 bytes": (KEPT, every(64, 192)),
    "16 bytes kept": (KEPT, kept(16)), "512 bytes kept": (KEPT, kept(512)),
    "4K kept": (KEPT, kept(4 * KIB)), "last 4K kept": (PLAIN, tail_kept),
    "256 zeros in front": (PLAIN, lambda content: bytes(256) + stream(content)),
    "forged signature": (KEPT, forged), "only the last 4K": (KEPT, last),
    "base64": (ENCODED, expanded(base64.b64encode)),
    "base64 in lines": (ENCODED, expanded(lambda secret: lines(base64.b64encode(secret)))),
    "Fernet": (ENCODED, lambda content: Fernet(Fernet.generate_key()).encrypt(content)),
    "hexadecimal": (ENCODED, expanded(lambda secret: secret.hex().encode())),
    "uuencode": (ENCODED, expanded(uuencoded)), "ascii85": (ENCODED, expanded(base64.a85encode)),
    "7 bits a byte": (ENCODED, expanded(seven_bits)),
    "zeros between": (ENCODED, expanded(lambda secret: b"".join(
        secret[at:at + 16] + bytes(16) for at in range(0, len(secret), 16)))),
    "xor, 1 byte": (CLASSICAL, exclusive(1)), "xor, 8 bytes": (CLASSICAL, exclusive(8)),
    "xor, 32 bytes": (CLASSICAL, exclusive(32)), "xor, 256 bytes": (CLASSICAL, exclusive(256)),
    "substitution": (CLASSICAL, substituted), "class kept": (CLASSICAL, class_kept),
    "in zip, stored": (WRAPPED, zipped("a.bin", zipfile.ZIP_STORED)),
    "in zip, deflated": (WRAPPED, zipped("a.bin", zipfile.ZIP_DEFLATED)),
    "in docx": (WRAPPED, zipped("word/document.xml", zipfile.ZIP_DEFLATED)),
    "in gzip": (WRAPPED, lambda content: gzip.compress(stream(content), 1)),
    "in wav": (WRAPPED, in_wave), "in png": (WRAPPED, in_png), "in jpeg": (WRAPPED, in_jpeg),
}


def tool_commands(source, target):
    """Real tools, each with a new key; `None` in a command stands for nothing to say."""
    key, vector, word = os.urandom(32).hex(), os.urandom(16).hex(), os.urandom(12).hex()
    ssl = ["openssl", "enc", "-in", source, "-out", target]
    gpg = ["gpg", "--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", word, "-o", target, "-c"]
    return {
        "openssl aes-256-ctr -K": [*ssl, "-aes-256-ctr", "-K", key, "-iv", vector],
        "openssl aes-256-cbc -K": [*ssl, "-aes-256-cbc", "-K", key, "-iv", vector],
        "openssl chacha20 -K": [*ssl, "-chacha20", "-K", key, "-iv", vector],
        "openssl -base64": [*ssl, "-aes-256-ctr", "-K", key, "-iv", vector, "-base64"],
        "openssl -k (Salted__)": [*ssl, "-aes-256-cbc", "-pbkdf2", "-iter", "1", "-k", word],
        "gpg -c": [*gpg, source], "gpg -c -z 0": [*gpg[:-1], "-z", "0", "-c", source],
        "gpg -c --armor": [*gpg[:-1], "--armor", "-c", source],
        "age": ["age", "-r", "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z",
                "-o", target, source],
        "ccrypt": ["ccrypt", "-e", "-q", "-K", word, target],  # in place, on a copy
        "7z -p": ["7z", "a", "-mx=1", f"-p{word}", "-t7z", target, source],
        "7z -p -mhe": ["7z", "a", "-mx=1", f"-p{word}", "-mhe=on", "-t7z", target, source],
        "zip -e": ["zip", "-qjP", word, target, source],
        "zip AES": ["7z", "a", "-mx=1", f"-p{word}", "-tzip", "-mem=AES256", target, source],
        "shred": ["shred", "-n", "1", target],  # in place, on a copy
    }


# Containers that say themselves that they are encrypted; they count less, by design.
CONTAINERS = {"openssl -k (Salted__)", "gpg -c", "gpg -c -z 0", "gpg -c --armor", "age", "7z -p",
              "7z -p -mhe", "zip -e", "zip AES"}
IN_PLACE = {"ccrypt", "shred"}
