"""Has Netpbm and Pillow read what `torture pgm SEED COUNT --record FILE` has written down, and compares the pixels.

    pgm_agree.py FILE [MOST]

What was read here and there must have the same pixels, unless the file is one on which Netpbm and its specification
part: a comment in it, a vertical tab or form feed, more after the picture, or less than a whole one. Prints one line a
program, and the kinds of files on which the two part; fails where pixels differ on any other."""
import base64
import collections
import io
import json
import subprocess
import sys
import warnings

import numpy
from PIL import Image

# Pillow warns of pictures that are large, as some that are damaged are.
warnings.simplefilter("ignore")

MOST = int(sys.argv[2]) if len(sys.argv) > 2 else 1000


def netpbm(data):
    """Width, height, maximum and levels; None where Netpbm refuses."""
    done = subprocess.run(["pnmtoplainpnm"], input=data, capture_output=True)
    if done.returncode != 0:
        return None
    words = done.stdout.split()
    if words[0] == b"P1":
        # With a maximum of 1 it is black and white, to be written as bits of which 1 is black.
        bits = b"".join(words[3:])
        return int(words[1]), int(words[2]), 1, [1 - int(chr(bit)) for bit in bits]
    if words[0] != b"P2":
        return None
    width, height, maximum = map(int, words[1:4])
    levels = words[4:]
    # Several pictures in one file come out one after another: whatever that is, it is no single picture.
    return width, height, maximum, [int(word) for word in levels] if len(levels) == width * height else levels


def pillow(data, maximum):
    """Width, height, maximum and levels; None where Pillow refuses.

    Pillow scales levels to 255 or 65535; what is given is scaled in the same way by `scaled`."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            if image.format != "PPM" or image.mode not in ("L", "I", "I;16", "1"):
                return None
            return image.width, image.height, maximum, [int(level) for level in numpy.asarray(image).ravel()]
    except Exception:
        return None


def scaled(read):
    """What Pillow makes of levels."""
    width, height, maximum, levels = read
    highest = 255 if maximum < 256 else 65535
    return width, height, maximum, [min(highest, round(level / maximum * highest)) for level in levels]


def kind(data):
    """What is odd about a file."""
    header = data[:2] + b" ".join(data[2:].split(b"\n"))
    if b"#" in header:
        return "with a #"
    if b"\x0b" in data or b"\x0c" in data:
        return "with a vertical tab or form feed"
    return "without comments"


def named(case):
    """What a case of a list is called; None of those that are only numbered."""
    name = case.get("name", "case ")
    return None if name.startswith("case ") else name


def main():
    cases = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    read = [case for case in cases if "read" in case][:MOST]
    refused = [case for case in cases if "refused" in case][:MOST]
    failures = 0
    for name in ("Netpbm", "Pillow"):
        counts = collections.Counter()
        parted = collections.Counter()
        for case in read + refused:
            data = base64.b64decode(case["file"])
            own = case.get("read") and tuple(case["read"][key] for key in ("width", "height", "maximum", "levels"))
            if name == "Netpbm":
                other = netpbm(data)
            else:
                other = pillow(data, own[2] if own else 0)
                own = scaled(own) if own else None
            if own is None:
                counts["refused by both" if other is None else "refused here"] += 1
                if other is not None:
                    parted[f"refused here, read there: {named(case) or case['refused']}"] += 1
            elif other is None:
                counts["refused there"] += 1
                parted[f"read here, refused there: {named(case) or kind(data)}"] += 1
            elif own == other:
                counts["the same"] += 1
            else:
                counts["not the same"] += 1
                parted[f"OTHER PIXELS, {named(case) or kind(data)}: {data[:40]!r}"] += 1
                failures += kind(data) == "without comments"
        print(f"{name}: " + ", ".join(f"{counts[what]} {what}" for what in sorted(counts)))
        for what, count in parted.most_common(40):
            print(f"  {count} {what}")
    sys.exit(1 if failures else 0)


main()
