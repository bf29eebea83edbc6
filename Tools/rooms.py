#!/usr/bin/env python3
"""Draws the rooms: the modules in Sources, and for each the modules that it builds on.

    rooms.py            writes Book/rooms.dot, the drawing as Graphviz reads it, from Package.swift
    rooms.py --draw     … and figures/rooms.svg from it (needs Graphviz's dot, version 2.43 or later)
    rooms.py --check    writes nothing; fails in one line where one of the two files is not what would be written

An arrow leads to a module that is imported, but only where no longer way leads there: what Tensors gets from Kernels is
not drawn again for Networks. The chapters are one room. A room's caption is what follows the colon in the first line of
its README. The SVG carries the digest of the DOT that it was drawn from, so --check needs no Graphviz.
"""

import hashlib
import json
import pathlib
import subprocess
import sys

DOT = pathlib.Path("Book/rooms.dot")
SVG = pathlib.Path("figures/rooms.svg")

# Fill and outline by the kind of room; the legend names them in this order.
LOOKS = {
    "library": ("#e3eef6", "#0072b2", "a module"),
    "c": ("#eeeeee", "#888888", "a few lines of C"),
    "program": ("#fdf0d5", "#b07800", "a program"),
}


def stop(message):
    sys.exit(f"rooms: {message}")


def manifest():
    """Package.swift as Swift reads it."""
    done = subprocess.run(["swift", "package", "dump-package"], capture_output=True, text=True)
    if done.returncode != 0:
        stop(f"swift package dump-package failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)


def rooms_of(package):
    """The rooms in the order of Package.swift: name → (kind, the rooms that it depends on)."""
    rooms = {}
    for target in package["targets"]:
        name, path = target["name"], target.get("path") or f"Sources/{target['name']}"
        if target["type"] == "test" or not path.startswith(("Sources/", "Chapters/")):
            continue
        named = {(d.get("byName") or d.get("target") or [None])[0] for d in target["dependencies"]}
        if path.startswith("Chapters/"):
            rooms.setdefault("Chapters", ("program", set()))[1].update(named)
        else:
            rooms[name] = (kind_of(target, path), named)
    return {name: (kind, {d for d in named if d in rooms}) for name, (kind, named) in rooms.items()}


def kind_of(target, path):
    if target["type"] == "executable":
        return "program"
    return "library" if any(pathlib.Path(path).rglob("*.swift")) else "c"


def reached(rooms, name):
    """Every room that a room depends on, directly or not."""
    found, waiting = set(), [name]
    while waiting:
        for next_name in rooms[waiting.pop()][1] - found:
            found.add(next_name)
            waiting.append(next_name)
    return found


def reduced(rooms, name):
    """The dependencies of a room that no other of its dependencies has."""
    direct = rooms[name][1]
    return [d for d in rooms if d in direct and not any(d in reached(rooms, other) for other in direct - {d})]


def layer(rooms, name, above=()):
    """0 for a room that depends on none, else one more than the deepest of its dependencies."""
    if name in above:
        stop(f"{' → '.join([*above, name])}: the rooms depend on each other in a circle")
    return 1 + max((layer(rooms, d, (*above, name)) for d in rooms[name][1]), default=-1)


def caption(name):
    """What follows the colon in the title of the room's README."""
    if name == "Chapters":
        return "the book"
    readme = pathlib.Path("Sources", name, "README.md")
    title = readme.read_text(encoding="utf-8").split("\n")[0] if readme.is_file() else ""
    return title.partition(": ")[2]


def label(name, size):
    """A room's name, and below it, smaller, its caption."""
    small = caption(name).replace("&", "&amp;").replace("<", "&lt;")
    below = f'<br/><font point-size="{size - 2}" color="#444444">{small}</font>' if small else ""
    return f"<<b>{name}</b>{below}>"


def drawing(rooms):
    """The drawing in Graphviz's language."""
    size = 13
    lines = [
        "// Written by Tools/rooms.py from Package.swift; edits are lost.",
        "digraph rooms {",
        '  graph [rankdir=BT, ranksep=0.42, nodesep=0.16, margin=0, pad=0.1, bgcolor=white, fontname="DejaVu Sans"]',
        f'  node [shape=box, style="filled,rounded", fontname="DejaVu Sans", fontsize={size}, margin="0.09,0.06", height=0.5]',
        '  edge [color="#555555", arrowsize=0.7]',
    ]
    for name, (kind, _) in rooms.items():
        fill, outline, _ = LOOKS[kind]
        lines.append(f'  "{name}" [label={label(name, size)}, fillcolor="{fill}", color="{outline}"]')
    layers = {name: layer(rooms, name) for name in rooms}
    for depth in sorted(set(layers.values())):
        same = "; ".join(f'"{name}"' for name in rooms if layers[name] == depth)
        lines.append(f"  {{ rank=same; {same} }}")
    for name in rooms:
        lines += [f'  "{name}" -> "{other}"' for other in reduced(rooms, name)]
    return "\n".join(lines + ["}", ""])


def mark(dot):
    """What an SVG says of the DOT that it was drawn from."""
    return f"<!-- Drawn by Tools/rooms.py from {DOT}, SHA-256 {hashlib.sha256(dot.encode()).hexdigest()} -->\n"


def check(dot):
    for path, expected in ((DOT, dot), (SVG, mark(dot))):
        found = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (found != expected) if path == DOT else (expected not in found):
            stop(f"{path} is not what Package.swift and the READMEs in Sources say; run: python3 Tools/rooms.py --draw")


def draw(dot):
    try:
        done = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, text=True)
    except FileNotFoundError:
        stop("dot is missing: install it (package graphviz)")
    if done.returncode != 0:
        stop(f"dot failed: {done.stderr.strip()}")
    SVG.write_text(done.stdout.rstrip("\n") + "\n" + mark(dot), encoding="utf-8")
    print(SVG)


def main(arguments):
    if arguments not in ([], ["--check"], ["--draw"]):
        stop(f"expected --check, --draw or nothing, found {' '.join(arguments)}")
    dot = drawing(rooms_of(manifest()))
    if arguments == ["--check"]:
        check(dot)
        return
    DOT.write_text(dot, encoding="utf-8")
    print(DOT)
    if arguments == ["--draw"]:
        draw(dot)


main(sys.argv[1:])
