#!/usr/bin/env python3
"""Counts what the chapters' pages show, and finds terms that are used before they are defined: pages.py [--report] CHAPTER ...

A page is for reading: at most one line of Swift for a line of prose (of 100 characters), at most 15 % of the Swift
plumbing (options, files, tables, progress), no cell longer than 15 lines unless its first line says which algorithm
it is (`// Algorithm 2 of the paper`), at most 5 % of the words in brackets, at most 400 lines of Swift in a chapter's
files, each of at most 110 columns. What is folded or hidden is not on the page. Terms are those of Book/glossary.md;
a term is defined where it stands in bold. Prints a line for each limit that is broken, with --report the counts.
"""

import pathlib
import re
import sys

GLOSSARY = pathlib.Path("Book/glossary.md")
MARK = re.compile(r"//: (hide|end|fold .+)$")
# A statement that begins so is plumbing, to its last line.
PLUMBING = re.compile(r"\s*(import |page\.(?!check|claim)|let (options|quick|page|results|bar|threads) |threadCount|orExit\(|@\w+ var |func validate)")
INSIDE = re.compile(r"\b(CSV|contactSheet|options\.|orExit|bar\.advance|page\.(?!check|claim)\w)")


def blocks(source):
    """The prose and the code of a chapter's source, as (kind, lines); kind is prose, code, hidden or folded."""
    kind, lines, found = "code", [], []
    for line in source.split("\n"):
        if kind != "prose" and line.startswith("/*:"):
            found.append((kind, lines))
            kind, lines, line = "prose", [], line[3:].lstrip()
        elif kind != "prose" and (mark := MARK.match(line)):
            found.append((kind, lines))
            kind, lines = {"hide": "hidden", "end": "code"}.get(mark[1], "folded"), []
            continue
        if kind == "prose" and "*/" in line:
            lines.append(line[: line.index("*/")])
            found.append((kind, lines))
            kind, lines = "code", []
        else:
            lines.append(line)
    found.append((kind, lines))
    return [(kind, lines) for kind, lines in found if any(line.strip() for line in lines)]


def cells(found):
    """The shown lines of each cell: the code between two blocks of prose."""
    shown = []
    for kind, lines in found:
        if kind == "prose" or not shown:
            shown.append([])
        if kind == "code":
            shown[-1] += [line for line in lines if line.strip()]
    return [lines for lines in shown if lines]


def plumbing(lines):
    """How many of a cell's lines are plumbing: whole statements, to the line that closes their brackets."""
    count, depth, inside = 0, 0, False
    for line in lines:
        if depth <= 0:
            inside, depth = bool(PLUMBING.match(line)), 0
        bare = re.sub(r'"(\\.|[^"\\])*"', "", line)
        depth += sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}"))
        count += inside or bool(INSIDE.search(bare))
    return count


def words(text):
    """A text without formulas, code, and where its links lead."""
    text = re.sub(r"```.*?```", " ", text, flags=re.S)
    text = re.sub(r"\$\$.*?\$\$( \{#[\w-]+\})?|\$[^$]*\$|`[^`]*`", " x ", text, flags=re.S)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return re.sub(r"\[@[\w-]+\]", " x ", text)


def prose_lines(text):
    """Prose in lines of 100 characters, a displayed formula counting two."""
    count = 0
    for paragraph in re.split(r"\n\s*\n|\n(?=#|- |\d+\. )", text):
        if paragraph.strip():
            count += 2 if paragraph.strip().startswith("$$") else -(-len(" ".join(paragraph.split())) // 100)
    return count


def bracketed(text):
    """The share of the words that stand in brackets."""
    text = words(text)
    inside = re.findall(r"\(([^()]*)\)", text)
    return sum(len(part.split()) for part in inside) / max(1, len(text.split()))


def glossary():
    """The terms: each with the patterns that it is known by, the first being its name."""
    terms = []
    for line in GLOSSARY.read_text(encoding="utf-8").split("\n"):
        if match := re.match(r"- \*\*([^*]+)\*\*(?: \(([^)]*)\))?:", line):
            terms.append([match[1]] + [other.strip() for other in (match[2] or "").split(",") if other.strip()])
    return terms


def undefined(pages):
    """Terms used before they stand in bold, reading the chapters in order."""
    for names in glossary():
        pattern = "|".join(re.escape(name) + ("" if name[-1] == "s" else "s?") for name in names)
        used = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", 0 if names[0].isupper() else re.I)
        defined = re.compile(rf"\*\*(?:[^*]*[^*\w-])?(?:{pattern})(?:[^*\w-][^*]*)?\*\*", 0 if names[0].isupper() else re.I)
        place = next(((c, m.start()) for c, t in pages if (m := defined.search(t))), None)
        for chapter, text in pages:
            first = next(iter(used.finditer(text)), None)
            if not first:
                continue
            if place is None:
                yield chapter, f"“{names[0]}” is used and never defined (in bold)"
            elif (chapter, first.start()) < place and not defined.match(text, max(0, first.start() - 2)) \
                    and not any(m.start() <= first.start() < m.end() for m in defined.finditer(text)):
                line = text[: first.start()].split("\n")[-1][-60:]
                yield chapter, f"“{first[0]}” is used before it is defined (chapter {place[0]}): …{line}{first[0]}"
            break


def main(arguments):
    report = "--report" in arguments
    chapters = [int(a) for a in arguments if a.isdigit()]
    broken, pages = [], []
    if report:
        print("chapter  Swift shown  prose  ratio  plumbing  longest cell  Swift in all  in brackets")
    for chapter in chapters:
        folder = pathlib.Path(f"Chapters/Chapter{chapter}")
        found = blocks((folder / "main.swift").read_text(encoding="utf-8"))
        prose = "\n\n".join("\n".join(lines) for kind, lines in found if kind == "prose")
        pages.append((chapter, "\n".join("" if line.startswith("#") else line for line in words(prose).split("\n"))))
        shown = cells(found)
        swift = sum(len(lines) for lines in shown)
        lines = prose_lines(prose)
        pipes = sum(plumbing(cell) for cell in shown)
        longest = max((len(c) for c in shown if not c[0].startswith("// Algorithm")), default=0)
        total = sum(1 for kind, ls in found if kind != "prose" for line in ls if line.strip())
        for path in sorted(folder.glob("*.swift")):
            text = path.read_text(encoding="utf-8").split("\n")
            if path.name != "main.swift":
                total += sum(1 for line in text if line.strip())
            elif path.name == "main.swift":
                text = [line for kind, ls in found if kind != "prose" for line in ls]
            for line in text:
                if len(line) > 110:
                    broken.append((chapter, f"{path.name}: a line of {len(line)} columns, more than 110: {line.strip()[:50]}…"))
        brackets = bracketed(prose)
        if report:
            print(f"{chapter:7}  {swift:11}  {lines:5}  {swift / max(1, lines):5.2f}  {pipes / max(1, swift):8.1%}  "
                  f"{longest:12}  {total:12}  {brackets:11.1%}")
        for value, limit, what in [
            (swift, lines, "lines of Swift shown for {limit} of prose"), (pipes, 0.15 * swift, "lines of plumbing in %d" % swift),
            (longest, 15, "lines in a cell"), (total, 400, "lines of Swift in all"),
            (round(100 * brackets, 1), 5, "% of the words in brackets")]:
            if value > limit:
                broken.append((chapter, f"{value} {what.format(limit=limit)}, at most {limit:g}"))
    broken += undefined(pages)
    for chapter, message in sorted(broken):
        print(f"Chapters/Chapter{chapter}: {message}")
    return 1 if broken and not report else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
