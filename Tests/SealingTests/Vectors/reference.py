"""A second implementation of docs/format.md with Python's standard library alone.

reference.py make FOLDER           writes the test vectors
reference.py check FILE KEY [NOW]  prints "ok" or why the signature of FILE does not hold; KEY is
                                   the file key in hexadecimal or "-", NOW is in seconds since 1970
It is slow and leaks by its timing: for tests only.
"""
import base64, calendar, hashlib, hmac, os, re, sys, time

# --- Ed25519 (RFC 8032 §6), X25519 (RFC 7748 §5) ---------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)

def multiply(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1: result = add(result, point)
        point, n = add(point, point), n >> 1
    return result

def recover(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P: x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or y >= P or (x == 0 and sign): return None
    if x & 1 != sign: x = P - x
    return (x, y, 1, x * y % P)

BASE = recover(4 * pow(5, P - 2, P) % P, 0)

def pack(point):
    z = pow(point[2], P - 2, P)
    return (point[1] * z % P | (point[0] * z % P & 1) << 255).to_bytes(32, "little")

def unpack(data):
    n = int.from_bytes(data, "little")
    return recover(n & (1 << 255) - 1, n >> 255)

def expand(seed):
    h = hashlib.sha512(seed).digest()
    return int.from_bytes(h[:32], "little") & (1 << 254) - 8 | 1 << 254, h[32:]

def scalar(*parts): return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L
def public_key(seed): return pack(multiply(expand(seed)[0], BASE))

def sign(seed, message):
    a, prefix = expand(seed)
    r = scalar(prefix, message)
    big_r = pack(multiply(r, BASE))
    s = (r + scalar(big_r, public_key(seed), message) * a) % L
    return big_r + s.to_bytes(32, "little")

def verify(key, message, signature):
    a, r = unpack(key), unpack(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L: return False
    left = multiply(s, BASE)
    right = add(r, multiply(scalar(signature[:32], key, message), a))
    return pack(left) == pack(right)

def x25519(k, u):
    k = int.from_bytes(k, "little") & (1 << 254) - 8 | 1 << 254
    x1 = int.from_bytes(u, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit: x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap: x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")

# --- ChaCha20-Poly1305 (RFC 8439), HKDF-SHA-256 -----------------------------------------------
def chacha(key, counter, nonce):
    words = [int.from_bytes((b"expand 32-byte k" + key + counter.to_bytes(4, "little") + nonce)
             [i:i + 4], "little") for i in range(0, 64, 4)]
    s = words[:]
    def quarter(a, b, c, d):
        for p, q, r, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[p] = s[p] + s[q] & 0xffffffff
            x = s[r] ^ s[p]
            s[r] = (x << n | x >> 32 - n) & 0xffffffff
    for _ in range(10):
        for i in range(4): quarter(i, i + 4, i + 8, i + 12)
        for i in range(4): quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return b"".join((a + b & 0xffffffff).to_bytes(4, "little") for a, b in zip(words, s))

P1305 = 2**130 - 5

def poly_key(key, nonce):
    block = chacha(key, 0, nonce)
    r = int.from_bytes(block[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    return r, int.from_bytes(block[16:32], "little")

def aead(key, nonce, plain):
    stream = b"".join(chacha(key, 1 + i, nonce) for i in range((len(plain) + 63) // 64))
    text = bytes(a ^ b for a, b in zip(plain, stream))
    r, s = poly_key(key, nonce)
    padded = text + bytes(-len(text) % 16) + bytes(8) + len(text).to_bytes(8, "little")
    a = 0
    for i in range(0, len(padded), 16):
        a = (a + int.from_bytes(padded[i:i + 16] + b"\1", "little")) * r % P1305
    return text + ((a + s) % 2**128).to_bytes(16, "little")

def hkdf(ikm, salt, info):
    key = hmac.digest(salt or bytes(32), ikm, "sha256")
    return hmac.digest(key, info + b"\1", "sha256")

# --- age (C2SP age.md) ------------------------------------------------------------------------
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

def polymod(values):
    sum = 1
    for value in values:
        top, sum = sum >> 25, (sum & 0x1ffffff) << 5 ^ value
        for i, g in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            if top >> i & 1: sum ^= g
    return sum

def bech32(prefix, data):
    bits = "".join(format(b, "08b") for b in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = polymod(head + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(CHARSET[v] for v in values)

def unbech32(text, prefix):
    if not text.startswith(prefix + "1"): return None
    bits = "".join(format(CHARSET.index(c), "05b") for c in text[len(prefix) + 1:-6])
    data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8))
    return data if bech32(prefix, data) == text else None

def b64(data): return base64.b64encode(data).rstrip(b"=").decode()
def unb64(text): return base64.b64decode(text + "=" * (-len(text) % 4))

def stanza(args, body):
    text = b64(body)
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    if len(text) % 64 == 0: lines.append("")
    return ("-> " + " ".join(args) + "\n" + "".join(line + "\n" for line in lines)).encode()

def recipient_stanza(secret, file_key, ephemeral):
    base = (9).to_bytes(32, "little")
    public, share = x25519(secret, base), x25519(ephemeral, base)
    key = hkdf(x25519(ephemeral, public), share + public, b"age-encryption.org/v1/X25519")
    return stanza(["X25519", b64(share)], aead(key, bytes(12), file_key))

def close(stanzas, file_key):
    text = b"age-encryption.org/v1\n" + b"".join(stanzas) + b"---"
    mac = hmac.digest(hkdf(file_key, b"", b"header"), text, "sha256")
    return text + b" " + b64(mac).encode() + b"\n"

def chunk_nonce(index, last): return index.to_bytes(11, "big") + bytes([last])

def seal(file_key, nonce, plain):
    key = hkdf(file_key, nonce, b"payload")
    parts = [plain[i:i + 65536] for i in range(0, len(plain), 65536)] or [b""]
    return nonce + b"".join(
        aead(key, chunk_nonce(i, i == len(parts) - 1), part) for i, part in enumerate(parts))

# --- Kanaria's policy and signature (docs/format.md) ------------------------------------------
def payload_digest(payload):
    root = hashlib.blake2b(payload[:16], key=b"kanaria.dev/payload", digest_size=32)
    for i in range(16, len(payload), 65552):
        root.update(hashlib.blake2b(payload[i:i + 65552], digest_size=32).digest())
    return root.digest()

def commitment(file_key): return hkdf(file_key, b"", b"kanaria.dev/commitment")

def message(stanzas, commitment, payload):
    digest = hashlib.blake2b(stanzas, digest_size=32).digest()
    return b"kanaria.dev/signature v1\n" + digest + commitment + payload

ORDER = ["file-id", "issuer", "created", "issuer-name", "not-before", "not-after", "purpose",
         "classification", "contact", "rule", "recipient", "x-"]
HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
                    "\ufff9-\ufffb\U000e0000-\U000e0fff]")

def parse_time(text):
    parsed = time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    if len(text) != 20: raise ValueError("time")
    return calendar.timegm(parsed)

def parse_policy(body):
    """The fields as a list of pairs; raises KeyError for an unknown field, ValueError else."""
    text = body.decode()
    if not text.endswith("\n") or len(body) > 65536: raise ValueError("end")
    pairs, place = [], 0
    for line in text[:-1].split("\n"):
        key, mark, value = line.partition(": ")
        if not mark or not re.fullmatch("[a-z-]{1,32}", key): raise ValueError(line)
        if not 1 <= len(value.encode()) <= 1024 or HIDDEN.search(value) or value.strip(" ") != value:
            raise ValueError(line)
        kind = "x-" if key.startswith("x-") else key
        if kind not in ORDER: raise KeyError(key)
        if ORDER.index(kind) < place: raise ValueError(line)
        if ORDER.index(kind) == place and pairs and kind not in ("rule", "recipient", "x-"):
            raise ValueError(line)
        place = ORDER.index(kind)
        pairs.append((key, value))
    fields = dict(pairs)
    if not {"file-id", "issuer", "created"} <= fields.keys(): raise ValueError("missing")
    if not re.fullmatch("[0-9a-f]{32}", fields["file-id"]): raise ValueError("file-id")
    if len(unbech32(fields["issuer"], "kanaria-issuer") or b"") != 32: raise ValueError("issuer")
    for key in ("created", "not-before", "not-after"):
        if key in fields: parse_time(fields[key])
    recipients = [value for key, value in pairs if key == "recipient"]
    if any(not re.fullmatch("[0-9a-f]{32}", value) for value in recipients):
        raise ValueError("recipient")
    if any(a >= b for a, b in zip(recipients, recipients[1:])): raise ValueError("recipient")
    return fields

def check(data, file_key, now):
    match = re.match(rb"age-encryption.org/v1\n((?:-> [!-~ ]+\n(?:[A-Za-z0-9+/]{64}\n)*"
                     rb"[A-Za-z0-9+/]{0,63}\n)+)--- [A-Za-z0-9+/]{43}\n", data)
    if not match: return "header"
    stanzas = re.findall(rb"-> [^\n]+\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n", match[1])
    if file_key and close(stanzas, file_key) != match[0]: return "mac"
    heads = [s.split(b"\n", 1)[0][3:].decode().split(" ") for s in stanzas]
    bodies = [unb64(s.split(b"\n", 1)[1].replace(b"\n", b"").decode()) for s in stanzas]
    own = [i for i, head in enumerate(heads)
           if head[0] in ("kanaria.dev/policy", "kanaria.dev/signature")]
    if not own: return "missing"
    if own != [0, len(stanzas) - 1] or heads[0][0] != "kanaria.dev/policy" \
            or heads[-1][0] != "kanaria.dev/signature": return "incomplete"
    if heads[0][1:] != ["v1"] or heads[-1][1:] != ["v1"]: return "unknownVersion"
    if len(bodies[-1]) != 128: return "badSignature"
    try: fields = parse_policy(bodies[0])
    except KeyError: return "unknownField"
    except ValueError: return "malformedPolicy"
    commit, payload, signature = bodies[-1][:32], bodies[-1][32:64], bodies[-1][64:]
    signed = message(b"".join(stanzas[:-1]), commit, payload)
    if not verify(unbech32(fields["issuer"], "kanaria-issuer"), signed, signature):
        return "badSignature"
    if file_key and commitment(file_key) != commit: return "otherFileKey"
    if "not-before" in fields and now < parse_time(fields["not-before"]): return "notYetValid"
    if "not-after" in fields and now > parse_time(fields["not-after"]): return "expired"
    if payload_digest(data[len(match[0]):]) != payload: return "otherPayload"
    return "ok"

# --- Vectors ----------------------------------------------------------------------------------
def forge(payload, file_key):
    """Another payload of one chunk with the same tag, as every recipient can make it."""
    nonce, text, tag = payload[:16], bytearray(payload[16:-16]), payload[-16:]
    r, _ = poly_key(hkdf(file_key, nonce, b"payload"), chunk_nonce(0, 1))
    step = 1
    while True:
        first, second = (int.from_bytes(text[i:i + 16], "little") for i in (0, 16))
        moved = (second - step * r) % P1305
        if first + step < 2**128 and moved < 2**128:
            text[:32] = (first + step).to_bytes(16, "little") + moved.to_bytes(16, "little")
            return nonce + bytes(text) + tag
        step += 1

def secret(name): return hashlib.sha256(b"kanaria test vector " + name.encode()).digest()

class Draft:
    def __init__(self):
        self.file_key, self.nonce = secret("file key")[:16], secret("nonce")[:16]
        self.identity, self.other, self.seed = secret("identity"), secret("other"), secret("issuer")
        self.plain = b"ward 3, 2026-11-23: nobody is missing, nothing was lost\n"
        self.extra = []
        self.identities = [self.identity]

    def issuer(self, seed=None): return bech32("kanaria-issuer", public_key(seed or self.seed))

    def recipient(self, identity):
        text = bech32("age", x25519(identity, (9).to_bytes(32, "little")))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def policy(self, *more):
        lines = ["file-id: 000102030405060708090a0b0c0d0e0f", "issuer: " + self.issuer(),
                 "created: 2026-11-23T09:00:00Z", *more]
        lines += ["recipient: " + r for r in sorted(self.recipient(i) for i in self.identities)]
        return "".join(line + "\n" for line in lines + self.extra).encode()

    def inner(self, policy):
        return [stanza(["kanaria.dev/policy", "v1"], policy)] + [
            recipient_stanza(i, self.file_key, secret(f"ephemeral {n}"))
            for n, i in enumerate(self.identities)]

    def signature(self, inner, payload, commit=None):
        commit = commit or commitment(self.file_key)
        digest = payload_digest(payload)
        signed = sign(self.seed, message(b"".join(inner), commit, digest))
        return stanza(["kanaria.dev/signature", "v1"], commit + digest + signed)

    def file(self, policy=None):
        payload = seal(self.file_key, self.nonce, self.plain)
        inner = self.inner(policy or self.policy())
        return close(inner + [self.signature(inner, payload)], self.file_key) + payload

def vectors():
    d = Draft()
    payload = seal(d.file_key, d.nonce, d.plain)
    inner = d.inner(d.policy())
    good = d.signature(inner, payload)
    def put(*stanzas): return close(list(stanzas), d.file_key) + payload
    yield "minimal", "ok", d.file(), "the fewest fields"
    full = Draft()
    full.identities = [full.identity, full.other]
    full.extra = ["x-note: later versions may add lines like this"]
    yield "full", "ok", full.file(full.policy(
        "issuer-name: 公立病院 医事課", "not-before: 2026-11-23T00:00:00Z",
        "not-after: 2026-12-31T14:59:59Z", "purpose: 研究データの提供", "classification: 要配慮個人情報",
        "contact: iji@hospital.example", "rule: 印刷禁止", "rule: 2026 年末までに削除")), "every field"
    long = Draft()
    long.plain = b"0123456789abcdef" * 4096 + b"!"
    yield "two_chunks", "ok", long.file(), "65,537 bytes: the digest of two chunks"
    empty = Draft()
    empty.plain = b""
    yield "empty", "ok", empty.file(), "an empty payload is one empty chunk"
    yield "expired", "expired", d.file(d.policy("not-after: 2026-11-23T10:00:00Z")), ""
    yield "not_yet", "notYetValid", d.file(d.policy("not-before: 2027-01-01T00:00:00Z")), ""
    changed = d.policy().replace(b"created: 2026", b"created: 2025")
    yield "policy_swapped", "badSignature", put(*d.inner(changed), good), "MAC made anew"
    added = recipient_stanza(d.other, d.file_key, secret("added"))
    yield "recipient_added", "badSignature", put(*inner, added, good), "MAC made anew"
    two = Draft()
    two.identities = [two.identity, two.other]
    both = two.inner(two.policy())
    yield "recipient_removed", "badSignature", put(
        *both[:2], two.signature(both, payload)), "MAC made anew"
    body = bytearray(unb64(good.split(b"\n", 1)[1].replace(b"\n", b"").decode()))
    body[127] ^= 1
    yield "signature_bit", "badSignature", put(
        *inner, stanza(["kanaria.dev/signature", "v1"], bytes(body))), ""
    yield "signature_short", "badSignature", put(
        *inner, stanza(["kanaria.dev/signature", "v1"], bytes(body[:127]))), ""
    other = Draft()
    other.seed = secret("other issuer")
    yield "other_signer", "badSignature", put(*inner, other.signature(inner, payload)), (
        "signed by another key than the policy names")
    moved = Draft()
    moved.file_key = secret("another file key")[:16]
    elsewhere = moved.inner(moved.policy())
    yield "signature_moved", "badSignature", put(
        *inner, moved.signature(elsewhere, payload)), "the signature of another file"
    yield "other_file_key", "otherFileKey", put(
        *inner, d.signature(inner, payload, commitment(moved.file_key))), ""
    swapped = seal(d.file_key, d.nonce, d.plain.replace(b"nobody", b"everybody"))
    header = close(inner + [good], d.file_key)
    yield "payload_swapped", "otherPayload", header + swapped, "by one who knows the file key"
    renonced = seal(d.file_key, secret("other nonce")[:16], d.plain)
    yield "payload_nonce", "otherPayload", header + renonced, "sealed again with another nonce"
    yield "payload_same_tag", "otherPayload", header + forge(payload, d.file_key), (
        "another chunk with the same Poly1305 tag")
    yield "signature_missing", "incomplete", put(*inner), ""
    yield "policy_missing", "incomplete", put(*inner[1:], good), ""
    yield "policy_twice", "incomplete", put(inner[0], *inner, good), ""
    yield "policy_last", "incomplete", put(*inner[1:], inner[0], good), ""
    yield "both_missing", "missing", put(*inner[1:]), "a plain age file"
    yield "version", "unknownVersion", put(
        stanza(["kanaria.dev/policy", "v2"], d.policy()), *inner[1:], good), ""
    yield "unknown_field", "unknownField", d.file(d.policy("open-count: 3")), ""
    for name, bad in [
        ("order", d.policy("purpose: a", "not-after: 2026-12-31T00:00:00Z")),
        ("twice", d.policy("purpose: a", "purpose: b")),
        ("crlf", d.policy().replace(b"\n", b"\r\n")),
        ("no_end", d.policy()[:-1]), ("blank_line", d.policy() + b"\n"),
        ("space", d.policy("purpose: a ")), ("control", d.policy("purpose: a\x07")),
        ("direction", d.policy("purpose: \u202etxt.exe")), ("empty_value", d.policy("purpose: ")),
        ("long_value", d.policy("purpose: " + "a" * 1025)),
        ("date", d.policy("not-after: 2026-02-30T00:00:00Z")),
        ("not_utf8", d.policy("purpose: a").replace(b": a", b": \xff")),
        ("upper_case", d.policy().replace(b"0a0b", b"0A0B")),
        ("recipients", d.policy("recipient: " + "f" * 32)),
        ("no_file_id", d.policy().split(b"\n", 1)[1])]:
        yield "policy_" + name, "malformedPolicy", d.file(bad), ""

def make(folder):
    d = Draft()
    for name, expect, data, comment in vectors():
        lines = ["expect: " + expect, "now: 1795600000",
                 "identity: " + bech32("age-secret-key-", d.identity).upper(),
                 "issuer: " + d.issuer(), "file key: " + d.file_key.hex()]
        if comment: lines.append("comment: " + comment)
        with open(os.path.join(folder, name + ".vector"), "wb") as out:
            out.write("".join(line + "\n" for line in lines).encode() + b"\n" + data)

if __name__ == "__main__":
    if sys.argv[1] == "make": make(sys.argv[2])
    else:
        with open(sys.argv[2], "rb") as sealed: data = sealed.read()
        key = None if sys.argv[3] == "-" else bytes.fromhex(sys.argv[3])
        print(check(data, key, int(sys.argv[4]) if len(sys.argv) > 4 else int(time.time())))
