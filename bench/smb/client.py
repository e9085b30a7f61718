#!/usr/bin/python3
"""An SMB client for tests and benches: attacks, or works, over Samba at loopback.

Usage: client.py [--from ADDRESS] [--to ADDRESS] [--user NAME] [--guid TEXT] VERB [option]...
    connect SHARE            one try: logs on, lists the share; exit code 0 or 1
      --peek PATH            and reads this file
      --stay                 then it says "ready" and stays connected until its input ends
    write SHARE              one try: makes a file and removes it; exit code 0 or 1
    attack SHARE             rewrites every file that it finds, by name; ends at the first error
      --method M             in-place, rename-first, new-delete, truncate, intermittent, reopen
      --speed N              files a second at most
      --again SECONDS        after an error it connects again for so long, and goes on
      --canary PATH          also tells when it came to this file of the share
      --behind N             comes to it behind N other files, of which it changes none
      --peek PATH            first of all it reads this file of the share
      --also NAME            this user is logged on over the same connection
      --beside ADDRESS       a second connection of the same client from there (multichannel)
      --wait                 once connected it says "ready" and waits for a line
      --stay                 at the end it says "ready" and stays connected until its input ends
    work SHARE               writes, reads, lists, renames and removes until its input ends
      --random               random content instead of text
      --rounds N             so many times instead
    crowd SHARE              the same from --count clients at 127.0.3.1 and on, each every 2 s
It prints one line of JSON at the end. Needs python3-impacket.
"""
import argparse, json, os, select, socket, struct, sys, time
from impacket import smb3, smbconnection
from impacket.smb3structs import (
    DELETE, FILE_DIRECTORY_FILE, FILE_NON_DIRECTORY_FILE, FILE_OPEN, FILE_OPEN_IF, FILE_OVERWRITE,
    FILE_OVERWRITE_IF, FILE_READ_DATA, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE,
    FILE_WRITE_DATA, SMB2_DIALECT_30)

SHARING = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE
READ_WRITE = FILE_READ_DATA | FILE_WRITE_DATA | DELETE | 0x80 | 0x100  # and attributes
RENAME, DISPOSITION, END_OF_FILE = 10, 13, 20  # MS-FSCC 2.4
NOISE = os.urandom(1 << 20)
source = None


class Bound(socket.socket):
    """A socket that comes from the address that was asked for."""

    def connect(self, address):
        if source:
            self.bind((source, 0))
        super().connect(address)


socket.socket = Bound


class Client(smb3.SMB3):
    """Keeps one ClientGUID over all of its connections."""
    guid = None

    def negotiateSession(self, *arguments, **named):
        if self.guid:
            self.ClientGuid = self.guid
        return super().negotiateSession(*arguments, **named)


def connect(options, address=None):
    global source
    source = address or options.source
    Client.guid = options.guid
    raw = Client(options.to, options.to, sess_port=445, timeout=20,
                 preferredDialect=SMB2_DIALECT_30)
    connection = smbconnection.SMBConnection(
        options.to, options.to, existingConnection=raw)
    connection.login(options.user, "secret")
    return connection


class Share:
    """Requests on one share, each as the protocol has it."""

    def __init__(self, connection, name):
        self.connection, self.name = connection, name
        self.smb = connection.getSMBServer()
        self.tree = self.smb.connectTree(name)

    def open(self, path, access=READ_WRITE, how=FILE_OPEN):
        return self.smb.create(self.tree, path, access, SHARING, FILE_NON_DIRECTORY_FILE, how, 0)

    def read(self, file, count=1 << 20):
        data = b""
        while len(data) < count:
            try:
                part = self.smb.read(self.tree, file, len(data), min(65536, count - len(data)))
            except Exception as error:
                if "STATUS_END_OF_FILE" in str(error):
                    break
                raise
            if not part:
                break
            data += part
        return data

    def peek(self, path):
        file = self.open(path, access=FILE_READ_DATA)
        self.read(file)
        self.close(file)

    def write(self, file, data, offset=0):
        for start in range(0, len(data), 65536):
            part = data[start:start + 65536]
            self.smb.write(self.tree, file, part, offset + start, len(part))

    def close(self, file):
        self.smb.close(self.tree, file)

    def rename(self, file, path):
        name = path.encode("utf-16le")
        blob = struct.pack("<B7xQI", 0, 0, len(name)) + name
        self.smb.setInfo(self.tree, file, inputBlob=blob, fileInfoClass=RENAME)

    def remove(self, file):
        self.smb.setInfo(self.tree, file, inputBlob=b"\1", fileInfoClass=DISPOSITION)

    def files(self, folder=""):
        found = []
        for entry in self.connection.listPath(self.name, folder + "*"):
            name = entry.get_longname()
            # Also the mark of the simulator's own folders, without which it removes nothing.
            if name.startswith("."):
                continue
            if entry.is_directory():
                found += self.files(folder + name + "\\")
            else:
                found.append(folder + name)
        return sorted(found)


def in_place(share, path):
    file = share.open(path)
    size = len(share.read(file))
    share.write(file, NOISE[:size])
    share.rename(file, path + ".lockbit")
    share.close(file)


def rename_first(share, path):
    file = share.open(path)
    share.rename(file, path + ".lockbit")
    share.write(file, NOISE[:len(share.read(file))])
    share.close(file)


def new_delete(share, path):
    file = share.open(path)
    size = len(share.read(file))
    made = share.open(path + ".lockbit", how=FILE_OVERWRITE_IF)
    share.write(made, NOISE[:size])
    share.close(made)
    share.remove(file)
    share.close(file)


def truncate(share, path):
    file = share.open(path)
    size = len(share.read(file))
    share.close(file)
    file = share.open(path, how=FILE_OVERWRITE)
    share.write(file, NOISE[:size])
    share.close(file)


def intermittent(share, path):
    file = share.open(path)
    size = len(share.read(file))
    for start in range(0, size, 65536):
        share.write(file, NOISE[:min(4096, size - start)], start)
    share.close(file)


def reopen(share, path):
    file = share.open(path)
    share.write(file, NOISE[:len(share.read(file))])
    share.close(file)
    file = share.open(path, access=DELETE | 0x80)
    share.rename(file, path + ".lockbit")
    share.close(file)


METHODS = {"in-place": in_place, "rename-first": rename_first, "new-delete": new_delete,
           "truncate": truncate, "intermittent": intermittent, "reopen": reopen}


def log_on_as_well(connection, user, share):
    """A second session of the same connection, as terminal servers have them."""
    smb = connection.getSMBServer()
    first = smb._Session
    smb._Session = {**first, "SessionID": 0, "TreeConnectTable": {}, "SigningRequired": False,
                    "SigningActivated": False, "SessionKey": b"", "SessionFlags": 0}
    connection.login(user, "secret")
    smb.connectTree(share)
    smb._Session = first


def attack(options):
    if options.beside:
        kept = connect(options, options.beside)  # held until the end
        kept.connectTree(options.share)
    connection = connect(options)
    if options.also:
        log_on_as_well(connection, options.also, options.share)
    share = Share(connection, options.share)
    if options.peek:
        share.peek(options.peek)
    paths = share.files()
    if options.wait:
        print("ready", flush=True)
        sys.stdin.readline()
    result = {"found": len(paths), "done": 0, "after_canary": 0, "again": 0, "error": None,
              "canary_at": None, "error_at": None, "back_at": None}
    if options.canary and options.behind:
        paths.remove(options.canary)
        for path in paths[:options.behind]:
            share.peek(path)
        paths.insert(0, options.canary)
    start, end = time.monotonic(), None
    while paths:
        path = paths.pop(0)
        if path == options.canary:
            result["canary_at"] = time.monotonic()
        try:
            METHODS[options.method](share, path)
            result["done"] += 1
            result["after_canary"] += result["canary_at"] is not None
        except Exception as error:
            now = time.monotonic()
            if result["error_at"] is None:
                result["error_at"], result["error"] = now, str(error)
                end = now + options.again
            share = None
            while share is None and time.monotonic() < end:
                try:
                    share = Share(connect(options), options.share)
                    result["again"] += 1
                    result["back_at"] = result["back_at"] or time.monotonic()
                except Exception:
                    time.sleep(0.01)
            if share is None:
                break
        if options.speed:
            time.sleep(max(0, start + result["done"] / options.speed - time.monotonic()))
    if options.stay:
        print("ready", flush=True)
        sys.stdin.read()
    print(json.dumps(result), flush=True)
    os._exit(0)


def edit(share, path, text):
    """A round of ordinary work; 4 operations."""
    file = share.open(path, how=FILE_OVERWRITE_IF)
    share.write(file, text)
    assert share.read(file, len(text)) == text
    share.rename(file, path + ".done")
    share.remove(file)
    share.close(file)


def work(options):
    share = Share(connect(options), options.share)
    result = {"operations": 0, "errors": 0, "error": None, "longest": 0}
    print("ready", flush=True)
    start, round_number = time.monotonic(), 0
    while round_number < options.rounds if options.rounds else not ended():
        path = f"work-{os.getpid()}-{round_number % 50}.txt"
        began = time.monotonic()
        try:
            text = os.urandom(20000) if options.random else f"note {round_number}\n".encode() * 1000
            edit(share, path, text)
        except Exception as error:
            result["errors"] += 1
            result["error"] = repr(error)
            break
        result["operations"] += 4
        result["longest"] = max(result["longest"], time.monotonic() - began)
        round_number += 1
    result["seconds"] = time.monotonic() - start
    print(json.dumps(result), flush=True)
    os._exit(0)


def once(share, options):
    if options.verb == "connect":
        share.files()
        if options.peek:
            share.peek(options.peek)
        if options.stay:
            print("ready", flush=True)
            sys.stdin.read()
    else:
        file = share.open(f"probe-{os.getpid()}.txt", how=FILE_OVERWRITE_IF)
        share.write(file, b"A short note.\n")
        share.remove(file)
        share.close(file)


def crowd(options):
    """Many clients, each at an address of its own, of whom each works every two seconds."""
    shares = [Share(connect(options, f"127.0.3.{number + 1}"), options.share)
              for number in range(options.count)]
    result = {"operations": 0, "errors": 0, "error": None, "longest": 0}
    print("ready", flush=True)
    start, turn = time.monotonic(), 0
    while not ended(max(0, start + turn * 2 / options.count - time.monotonic())):
        number, began = turn % options.count, time.monotonic()
        turn += 1
        if shares[number] is None:
            continue
        try:
            edit(shares[number], f"work-{os.getpid()}-{number}.txt", f"note {turn}\n".encode() * 1000)
            result["operations"] += 4
            result["longest"] = max(result["longest"], time.monotonic() - began)
        except Exception as error:
            result["errors"] += 1
            result["error"], shares[number] = repr(error), None
    result["seconds"] = time.monotonic() - start
    print(json.dumps(result), flush=True)
    os._exit(0)


def ended(wait=0):
    ready, _, _ = select.select([sys.stdin], [], [], wait)
    return bool(ready) and not sys.stdin.readline()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--from", dest="source")
    parser.add_argument("--to", default="127.0.1.2")
    parser.add_argument("--user", default="nurse1")
    parser.add_argument("--guid")
    parser.add_argument("verb", choices=["connect", "write", "attack", "work", "crowd"])
    parser.add_argument("share", nargs="?", default="ward")
    parser.add_argument("--method", choices=METHODS, default="in-place")
    parser.add_argument("--speed", type=float)
    parser.add_argument("--again", type=float, default=0)
    parser.add_argument("--canary")
    parser.add_argument("--behind", type=int, default=0)
    parser.add_argument("--peek")
    parser.add_argument("--beside")
    parser.add_argument("--also")
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("--stay", action="store_true")
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--count", type=int, default=1, choices=range(1, 251), metavar="N")
    options = parser.parse_args()
    if options.verb in ("connect", "write"):
        try:
            once(Share(connect(options), options.share), options)
        except Exception as error:
            sys.exit(f"{error}")
    elif options.verb == "attack":
        attack(options)
    elif options.verb == "crowd":
        crowd(options)
    else:
        work(options)


main()
