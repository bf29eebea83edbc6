"""What the tortures share: programs that are run in folders of their own, and what is compared afterwards."""

import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.join(ROOT, ".build", "release")
SHIM = os.path.join(ROOT, ".build", "faults.so")

TINY = "--batch-size 4 --channels 8 --multipliers 1 --attention none --threads 1".split()


class Failed(Exception):
    """What a torture found, in a few lines, the last of which says how to repeat it."""


def build_shim():
    """Compiles the faults; False where there is no LD_PRELOAD."""
    if not sys.platform.startswith("linux"):
        return False
    source = os.path.join(ROOT, "Tests", "Torture", "faults.c")
    if not os.path.exists(SHIM) or os.path.getmtime(SHIM) < os.path.getmtime(source):
        compiler = next((name for name in ["cc", "clang", "gcc"] if shutil.which(name)), None)
        if compiler is None:
            return False
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", SHIM, source, "-ldl"], check=True)
    return True


class Ended:
    """What a program has left: status (128 and the signal, where one ended it), output and error."""

    def __init__(self, process, output, error):
        code = process.returncode
        self.status = code if code >= 0 else 128 - code
        self.output = output.decode(errors="replace")
        self.error = error.decode(errors="replace")


def start(arguments, folder, **environment):
    variables = {**os.environ, "MNIST_DIR": "mnist", **environment}
    return subprocess.Popen(
        [os.path.join(PROGRAMS, arguments[0])] + arguments[1:], cwd=folder, env=variables,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def end(process, limit=300):
    try:
        return Ended(process, *process.communicate(timeout=limit))
    except subprocess.TimeoutExpired:
        process.kill()
        ended = Ended(process, *process.communicate())
        ended.status, ended.error = 124, f"longer than {limit} s\n"
        return ended


def run(arguments, folder, limit=300, **environment):
    return end(start(arguments, folder, **environment), limit)


def run_well(arguments, folder):
    ended = run(arguments, folder)
    if ended.status != 0:
        raise Failed(f"{' '.join(arguments)} ended with {ended.status}: {ended.error}")
    return ended


def tree(folder):
    """The CRC-32 of each file below a folder, and None for each folder."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(place, name), folder)] = None
        for name in files:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = zlib.crc32(file.read())
    return found


def is_hidden(path):
    return any(part.startswith(".partial-") for part in path.split("/"))


def difference(found, expected):
    """How two trees differ, in a line; empty where they don't."""
    lines = [f"{path} is new" for path in found if path not in expected]
    lines += [f"{path} is gone" for path in expected if path not in found]
    lines += [f"{path} has other bytes" for path in found if path in expected and found[path] != expected[path]]
    return "; ".join(sorted(lines)[:6])


class Folder:
    """A folder that is removed again; in memory, where there is room, since tens of thousands of files are synced."""

    def __enter__(self):
        memory = "/dev/shm"
        has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
        self.path = tempfile.mkdtemp(prefix="torture-", dir=memory if has_room else None)
        return self.path

    def __exit__(self, *reason):
        shutil.rmtree(self.path, ignore_errors=True)


def made(folder):
    os.makedirs(folder)
    return folder


# MARK: What programs read


def write(path, contents):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(contents)


def write_pictures(folder, count=10, size=8):
    numbers = random.Random(count)
    for number in range(count):
        write(f"{folder}/{number}.pgm", b"P5 %d %d 255\n" % (size, size) + numbers.randbytes(size * size))


def write_mnist(folder, train=40, test=4):
    numbers = random.Random(train)
    for part, count in [("train", train), ("t10k", test)]:
        header = struct.pack(">4I", 0x803, count, 28, 28)
        write(f"{folder}/{part}-images-idx3-ubyte", header + numbers.randbytes(count * 784))
        labels = bytes(number % 10 for number in range(count))
        write(f"{folder}/{part}-labels-idx1-ubyte", struct.pack(">2I", 0x801, count) + labels)


def write_request(path, size=8):
    """What --predict asks for: one picture and its timestep."""
    pixels = struct.pack(f"<{size * size}f", *[0.5] * (size * size))
    header = json.dumps({
        "timestep": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
        "sample": {"dtype": "F32", "shape": [1, 1, size, size], "data_offsets": [8, 8 + len(pixels)]},
    }).encode()
    header += b" " * (-len(header) % 8)
    write(path, struct.pack("<Q", len(header)) + header + struct.pack("<q", 10) + pixels)
