#!/usr/bin/env python3
"""The rules of ARCHITECTURE.md that a machine can check; Tools/lint.sh runs it, and says how.

It reads Package.swift as `swift package dump-package` prints it from standard input, and the sources from the current
folder. What breaks a rule is a line `file:line: what is wrong`. A file that may break a rule has a line in
Tools/lint-exceptions.txt, `rule file reason`; one that is no longer needed is itself reported.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

# The rooms that know no operating system: they decide bits, and all but one run in a browser.
PURE = ["Deterministic", "Statistics", "Diffusion", "Samples", "Kernels", "Tensors", "Networks", "Denoisers"]
SYSTEM = "Foundation|FoundationEssentials|Dispatch|Glibc|Musl|Darwin|WinSDK|Android"
# The one room with pointers.
UNSAFE_ROOM = "Kernels"
# What the page with sliders compiles outside of the package, beside the modules of the products.
IN_PAGE = ["Samples", "Denoisers"]
WIDTH = 130

EXCEPTIONS = "Tools/lint-exceptions.txt"
IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?"
                    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)")
UNSAFE = re.compile(r"\b(Unsafe\w*Pointer|withUnsafe\w*|Unmanaged|OpaquePointer|unsafeBitCast|unsafeDowncast)\b")
DECLARED = r"(?:@\w+(?:\([^)]*\))?\s+|(?:public|package|internal|private|fileprivate|nonisolated)(?:\(\w+\))?\s+|final\s+)*"
GLOBAL = re.compile(rf"^(?:{DECLARED}|\s+{DECLARED}(?:static|class)\s+{DECLARED})(var|let)\s+(\w+)\s*(.*)$")
STATEFUL = r"^\s*(?:\w+ )*(?:class|struct(?=.*~Copyable)) (\w+)"
SHARED = re.compile(r"\b(Mutex|Atomic)\s*[<(]")


class Lint:
    """What was found, and what may be."""

    def __init__(self):
        self.found = []
        self.allowed = {}
        self.used = set()
        path = pathlib.Path(EXCEPTIONS)
        lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
        for number, line in enumerate(lines, 1):
            words = line.split(None, 2)
            if words and not line.startswith("#"):
                self.allowed[tuple(words[:2])] = number
                if len(words) < 3:
                    self.add(EXCEPTIONS, number, "expected: rule, file, reason")

    def add(self, file, line, message, rule=None):
        """Reports a place, unless its file is an exception to the rule."""
        if (rule, str(file)) in self.allowed:
            self.used.add((rule, str(file)))
        else:
            self.found.append(f"{file}:{line}: {message}")

    def finish(self):
        for key, number in self.allowed.items():
            if key not in self.used:
                self.add(EXCEPTIONS, number, f"no longer needed: {' '.join(key)}")
        return sorted(self.found, key=lambda line: [int(p) if p.isdigit() else p for p in line.split(":", 2)])


# Sources -----------------------------------------------------------------------------------------------------------


def bare(text, interpolations=True):
    """The lines of a Swift source without comments and without what stands between quotes, interpolations too if asked."""
    out, index, length = [], 0, len(text)
    closing = []  # what ends the strings and the interpolations that are open: a delimiter, or a depth of parentheses
    comments = 0
    while index < length:
        char = text[index]
        if comments:
            if text.startswith("/*", index):
                comments, index = comments + 1, index + 2
            elif text.startswith("*/", index):
                comments, index = comments - 1, index + 2
            else:
                out.append(char if char == "\n" else "")
                index += 1
        elif closing and isinstance(closing[-1], str):
            end, escape = closing[-1], "\\" + "#" * closing[-1].count("#")
            if text.startswith(end, index):
                closing.pop()
                if interpolations or not closing:
                    out.append(end)
                index += len(end)
            elif text.startswith(escape + "(", index):
                closing.append(1)
                index += len(escape) + 1
            elif text.startswith(escape, index) and index + len(escape) < length:
                index += len(escape)
                out.append("\n" if text[index] == "\n" else "")
                index += 1
            else:
                out.append("\n" if char == "\n" else "")
                index += 1
        elif text.startswith("//", index):
            index = text.find("\n", index) if "\n" in text[index:] else length
        elif text.startswith("/*", index):
            comments, index = 1, index + 2
        elif string := re.compile(r'#*(?:"""|")').match(text, index):
            hashes, quotes = string[0].count("#"), string[0].lstrip("#")
            if interpolations or not closing:
                out.append(string[0])
            closing.append(quotes + "#" * hashes)
            index = string.end()
        else:
            if closing:
                closing[-1] += {"(": 1, ")": -1}.get(char, 0)
                if closing[-1] == 0:
                    closing.pop()
            if interpolations or not closing or char == "\n":
                out.append(char)
            index += 1
    return "".join(out).split("\n")


def swift_files(*folders):
    """The Swift sources below some folders, without what tools have built."""
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*.swift")):
            if not any(part.startswith(".build") for part in path.parts):
                yield path


# The rules ---------------------------------------------------------------------------------------------------------


def check_system(lint, path, lines):
    """No operating system in the rooms that decide bits."""
    for number, line in enumerate(lines, 1):
        match = IMPORT.match(line)
        if match and re.fullmatch(SYSTEM, match[1]):
            lint.add(path, number, f"imports {match[1]}, which {path.parts[1]} may not", "system")


def check_unsafe(lint, path, lines):
    """Pointers in one room."""
    for number, line in enumerate(lines, 1):
        if match := UNSAFE.search(line):
            lint.add(path, number, f"{match[0]}: unsafe code belongs in {UNSAFE_ROOM}", "unsafe")


def check_global(lint, path, lines, classes):
    """No global state that can change: no stored global or static `var`, and no global or static `let` of a lock, an
    atomic, a class or a value that is not copied of the same module."""
    shared = re.compile(rf"=\s*({'|'.join(sorted(classes))})\s*\(") if classes else None
    for number, line in enumerate(lines, 1):
        match = GLOBAL.match(line)
        if not match:
            continue
        keyword, name, rest = match.groups()
        computed = "{" in rest and "=" not in rest.split("{")[0]
        if keyword == "var" and not computed:
            lint.add(path, number, f"{name}: a global variable that can change", "global")
        elif keyword == "let" and (SHARED.search(rest) or shared and shared.search(rest)):
            lint.add(path, number, f"{name}: global state behind a constant", "global")


def check_width(lint, path, text):
    """Lines that fit on a screen; comments and strings are left to their writer and to `swift format`."""
    for number, code in enumerate(bare(text, interpolations=False), 1):
        if len(code) > WIDTH:
            lint.add(path, number, f"{len(code)} columns of code, more than {WIDTH}", "width")


def check_imports(lint, package):
    """A module imports the modules that Package.swift says, and these stand above it there."""
    order = {}
    for target in package["targets"]:
        order.setdefault(target["name"], len(order))
    manifest = pathlib.Path("Package.swift").read_text(encoding="utf-8").split("\n")

    def declared_at(name):
        named = re.compile(rf'name:\s*"{re.escape(name)}"')
        return next((n for n, line in enumerate(manifest, 1) if named.search(line)), 1)

    for target in package["targets"]:
        name, folder = target["name"], pathlib.Path(target.get("path") or f"Sources/{target['name']}")
        if target["type"] == "test" or folder.parts[0] != "Sources":
            continue
        depends = {(d.get("byName") or d.get("target") or d.get("product"))[0] for d in target["dependencies"]}
        imported = set()
        for path in swift_files(folder):
            for number, line in enumerate(bare(path.read_text(encoding="utf-8")), 1):
                match = IMPORT.match(line)
                if not match or match[1] not in order:
                    continue
                imported.add(match[1])
                if match[1] not in depends:
                    lint.add(path, number, f"imports {match[1]}, which Package.swift does not list for {name}")
        for other in sorted(depends & set(order)):
            if order[other] > order[name]:
                lint.add("Package.swift", declared_at(name), f"{name} depends on {other}, which stands below it")
            if other not in imported:
                message = f"{name} lists {other} and does not import it"
                lint.add("Package.swift", declared_at(name), message, f"unused:{other}")


def check_access(lint, package):
    """Public is what a product offers to other packages; what only this one uses is `package`."""
    offered = set(IN_PAGE)
    for product in package.get("products", []):
        offered.update(product["targets"])
    for path in swift_files("Sources"):
        if path.parts[1] in offered:
            continue
        for number, line in enumerate(bare(path.read_text(encoding="utf-8")), 1):
            if re.match(r"\s*(?:@\w+(?:\([^)]*\))?\s+)*public\b", line):
                lint.add(path, number, f"public, and {path.parts[1]} is in no product: `package` is enough")


def check_readmes(lint):
    """Each room has a page, and stands in the table of rooms."""
    path = pathlib.Path("ARCHITECTURE.md")
    table = path.read_text(encoding="utf-8") if path.is_file() else ""
    for folder in sorted(p for p in pathlib.Path("Sources").iterdir() if p.is_dir()):
        if not (folder / "README.md").is_file():
            lint.add(folder / "README.md", 1, "is missing: the job, what the module may not, what to read first")
        if not re.search(rf"^\|.*\]\({re.escape(str(folder))}(/README\.md)?\)", table, re.M):
            lint.add(path, 1, f"its table of modules has no row that links to {folder}")


def check_tools(lint):
    """No tool knows the files of a module by name: what belongs together is a module."""
    tools = [p for pattern in ("Tools/*.sh", "Makefile", ".ci/run") for p in sorted(pathlib.Path().glob(pattern))]
    for path in tools:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            line = re.sub(r"(^|\s)#.*", "", line)
            one = re.search(r"Sources/(\w+)/[\w+.-]+\.(swift|c)\b", line)
            some = re.search(r"Sources/(\w+)/\S*\*", line) and re.search(r"\b(grep|without|filter-out|sed|awk)\b", line)
            if one or some:
                module = (one or re.search(r"Sources/(\w+)/", line))[1]
                lint.add(path, number, f"picks files of {module} by name", "picks")


def check_version(lint):
    """The version is one: in the programs, in the citation and in the list of changes."""
    places = {
        "Sources/Console/Version.swift": r'^package let version = "([^"]*)"',
        "CITATION.cff": r"^version: [\"']?([^\"'\n]*)",
        "CHANGELOG.md": r"^## \[(?!Unreleased)([^\]]*)\]",
    }
    dates = {"CITATION.cff": r"^date-released: [\"']?([\d-]*)", "CHANGELOG.md": r"^## \[(?!Unreleased)[^\]]*\] - ([\d-]*)"}
    for what, patterns in (("version", places), ("date", dates)):
        first = None
        for file, pattern in patterns.items():
            text = pathlib.Path(file).read_text(encoding="utf-8") if pathlib.Path(file).is_file() else ""
            match = re.search(pattern, text, re.M)
            line = text[: match.start()].count("\n") + 1 if match else 1
            first = first or (file, match and match[1])
            if not match:
                lint.add(file, line, f"no {what} of the project")
            elif match[1] != first[1]:
                lint.add(file, line, f"{what} {match[1]}, but {first[0]} has {first[1]}")


def lint_all(package):
    """Every line that there is to report."""
    lint = Lint()
    for path in swift_files("Sources"):
        text = path.read_text(encoding="utf-8")
        lines, module = bare(text), path.parts[1]
        if module in PURE:
            check_system(lint, path, lines)
        if module != UNSAFE_ROOM:
            check_unsafe(lint, path, lines)
        sources = [p.read_text(encoding="utf-8") for p in swift_files(f"Sources/{module}")]
        classes = {name for source in sources for name in re.findall(STATEFUL, source, re.M)}
        check_global(lint, path, lines, classes)
    for path in swift_files("Sources", "Chapters", "Tests", "Play", "Benchmarks"):
        check_width(lint, path, path.read_text(encoding="utf-8"))
    for path in swift_files("Chapters"):
        check_unsafe(lint, path, bare(path.read_text(encoding="utf-8")))
    check_imports(lint, package)
    check_access(lint, package)
    check_readmes(lint)
    check_tools(lint)
    check_version(lint)
    return lint.finish()


def main():
    try:
        package = json.load(sys.stdin)
    except ValueError:
        sys.exit("lint: expected Package.swift as `swift package dump-package` prints it, on standard input")
    found = lint_all(package)
    for line in found:
        print(line)
    if found:
        sys.exit(f"lint: {len(found)} {'line' if len(found) == 1 else 'lines'} to mend (ARCHITECTURE.md has the rules)")


# The linter's own test --------------------------------------------------------------------------------------------

# A small repository that keeps the rules, by file.
CLEAN = {
    "Package.swift": '.target(name: "Deterministic")\n.target(name: "Kernels")\n.target(name: "Console")\n',
    "Sources/Deterministic/README.md": "# Deterministic: numbers\n",
    "Sources/Deterministic/Numbers.swift": "/// import Foundation, var x = 1, UnsafePointer: words of a comment.\npublic let one = 1.0\n",
    "Sources/Kernels/README.md": "# Kernels: loops\n",
    "Sources/Kernels/Loops.swift": """import Deterministic
import Synchronization

final class Team {}
private let team = Team()
var half: Double { one / 2 }
struct Loop {
  static var size: Int { 8 }
  var start: UnsafePointer<Float>
  func run() { let state = Mutex(0); var count = 0; count += 1; _ = (state, count) }
}
""",
    "Sources/Console/README.md": "# Console: pages\n",
    "Sources/Console/Version.swift": 'import Foundation\npackage let version = "1.2.3"\n',
    "Sources/Console/Show.swift": 'import Kernels\nlet text = "var x = 1; withUnsafeBytes; \\("import \\(half)") // none"\n',
    "Chapters/Chapter1/main.swift": f"import Kernels\nvar shown = 0\nlet caption = \"{'long ' * 40}\"\n",
    "ARCHITECTURE.md": "".join(
        f"| [`{m}`](Sources/{m}/README.md) | its job |\n" for m in ("Deterministic", "Kernels", "Console")),
    "CITATION.cff": "version: 1.2.3\ndate-released: 2026-11-28\n",
    "CHANGELOG.md": "# Changes\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-28\n",
    "Tools/build.sh": "# Sources/Kernels/Loops.swift, in a comment\nswiftc Sources/Kernels/*.swift\n",
    EXCEPTIONS: "# rule file reason\nglobal Sources/Kernels/Loops.swift the team of threads\n",
}

# What is added to a file, to break one rule, and the lines that must be found.
BROKEN = [
    ("Sources/Deterministic/Numbers.swift", "import Foundation\n",
     ["Sources/Deterministic/Numbers.swift:3: imports Foundation, which Deterministic may not"]),
    ("Sources/Kernels/Threads.swift", "@preconcurrency internal import Glibc\n",
     ["Sources/Kernels/Threads.swift:1: imports Glibc, which Kernels may not"]),
    ("Sources/Console/Show.swift", "func f(_ bytes: [UInt8]) { bytes.withUnsafeBytes { _ in } }\n",
     ["Sources/Console/Show.swift:3: withUnsafeBytes: unsafe code belongs in Kernels"]),
    ("Sources/Console/Show.swift", 'let inner = "\\(Unmanaged.passRetained(x))"\n',
     ["Sources/Console/Show.swift:3: Unmanaged: unsafe code belongs in Kernels"]),
    ("Chapters/Chapter1/main.swift", "let p: UnsafeMutableRawPointer? = nil\n",
     ["Chapters/Chapter1/main.swift:4: UnsafeMutableRawPointer: unsafe code belongs in Kernels"]),
    ("Sources/Console/Show.swift", "struct Page {\n  @inlinable public init() {}\n}\n",
     ["Sources/Console/Show.swift:4: public, and Console is in no product: `package` is enough"]),
    ("Sources/Console/Show.swift", "nonisolated(unsafe) package var shown = 0\n",
     ["Sources/Console/Show.swift:3: shown: a global variable that can change"]),
    ("Sources/Console/Show.swift", "enum Seen {\n  private static var all = { 0 }()\n}\n",
     ["Sources/Console/Show.swift:4: all: a global variable that can change"]),
    ("Sources/Console/Show.swift", "enum Seen {\n  static let all = Mutex<[String]>([])\n}\n",
     ["Sources/Console/Show.swift:4: all: global state behind a constant"]),
    ("Sources/Console/Show.swift", "class Log {}\nlet log = Log()\n",
     ["Sources/Console/Show.swift:4: log: global state behind a constant"]),
    ("Sources/Console/Show.swift", "struct Log: ~Copyable {}\nlet log = Log()\n",
     ["Sources/Console/Show.swift:4: log: global state behind a constant"]),
    ("Sources/Deterministic/Numbers.swift", "import Console\n", [
        "Sources/Deterministic/Numbers.swift:3: imports Console, which Package.swift does not list for Deterministic"]),
    ("depends", ("Deterministic", "Console"), [
        "Package.swift:1: Deterministic depends on Console, which stands below it",
        "Package.swift:1: Deterministic lists Console and does not import it"]),
    ("Sources/Extra/Extra.swift", "let extra = 1\n", [
        "ARCHITECTURE.md:1: its table of modules has no row that links to Sources/Extra",
        "Sources/Extra/README.md:1: is missing: the job, what the module may not, what to read first"]),
    ("Tools/build.sh", "swiftc Sources/Kernels/Loops.swift\n", ["Tools/build.sh:3: picks files of Kernels by name"]),
    ("Makefile", "build:\n\tswiftc $$(ls Sources/Kernels/*.swift | grep -v Loops)\n",
     ["Makefile:2: picks files of Kernels by name"]),
    ("Chapters/Chapter1/main.swift", f"let sum = {' + '.join(['one'] * 40)}\n",
     ["Chapters/Chapter1/main.swift:4: 247 columns of code, more than 130"]),
    ("CITATION.cff=", "version: 1.2.4\ndate-released: 2026-11-29\n", [
        "CHANGELOG.md:5: date 2026-11-28, but CITATION.cff has 2026-11-29",
        "CITATION.cff:1: version 1.2.4, but Sources/Console/Version.swift has 1.2.3"]),
    ("CHANGELOG.md=", "# Changes\n", ["CHANGELOG.md:1: no date of the project", "CHANGELOG.md:1: no version of the project"]),
    (EXCEPTIONS, "unsafe Sources/Console/Show.swift an old reason\n",
     [f"{EXCEPTIONS}:3: no longer needed: unsafe Sources/Console/Show.swift"]),
]


def self_test():
    """Lints the small repository as it is, and once for each way to break it: nothing and just that must be found."""
    here = pathlib.Path(__file__).resolve()
    failures = 0
    for name, text, expected in [(None, "", []), *BROKEN]:
        depends = {"Deterministic": [], "Kernels": ["Deterministic"], "Console": ["Kernels"]}
        files = dict(CLEAN)
        if name == "depends":
            depends[text[0]].append(text[1])
        elif name and name.endswith("="):
            files[name[:-1]] = text
        elif name:
            files[name] = files.get(name, "") + text
        package = {"products": [{"name": "Engine", "targets": ["Deterministic", "Kernels"]}], "targets": [{"name": target, "type": "regular", "dependencies": [{"byName": [d, None]} for d in others]}
                               for target, others in depends.items()]}
        with tempfile.TemporaryDirectory() as folder:
            for file, content in files.items():
                path = pathlib.Path(folder, file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", here], cwd=folder, input=json.dumps(package),
                                  capture_output=True, text=True)
        found = done.stdout.splitlines()
        if found != expected or (done.returncode != 0) != bool(expected):
            failures += 1
            print(f"{name}: expected {expected}, found {found}, status {done.returncode} {done.stderr.strip()}")
    if failures:
        sys.exit(f"lint: {failures} of its own tests failed")
    print(f"lint: finds each of {len(BROKEN)} broken rules, and nothing where none is broken")


if sys.argv[1:] == ["--self-test"]:
    self_test()
else:
    main()
