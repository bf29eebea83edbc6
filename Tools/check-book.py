#!/usr/bin/env python3
"""Checks the book that `make book` made: check-book.py [--no-browser] FOLDER CHAPTER ...

Every link, picture, stylesheet and fragment of every page is there, inside the folder, and no path is absolute, so that
the folder can be moved; every figure of a chapter's README stands on its page; every page can be reached from the
first. Then Chromium opens every page, 400 and 1400 pixels wide: nothing in the console, no picture that cannot be
shown, and nothing wider than the page. Prints one line for each thing that is wrong.
"""

import html.parser
import json
import pathlib
import posixpath
import re
import shutil
import sys
import tempfile
import urllib.parse

import browser

WIDTHS = [400, 1400]


class Page(html.parser.HTMLParser):
    """A page's links, as (what, where), and its identifiers."""

    def __init__(self, path):
        super().__init__()
        self.links, self.identifiers, self.repeated = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                if value in self.identifiers:
                    self.repeated.append(value)
                self.identifiers.add(value)
            elif name in ("href", "src"):
                self.links.append((tag, value or ""))


def wrong_links(folder, pages):
    """What is wrong with the links, and which files lead on from which."""
    reached = {}
    for name, page in pages.items():
        reached[name] = set()
        for identifier in page.repeated:
            yield f"{name}: the identifier {identifier} stands there twice"
        for tag, link in page.links:
            url = urllib.parse.urlsplit(link)
            if url.scheme in ("http", "https") and tag == "a" or url.scheme == "data":
                continue
            if url.scheme or url.netloc or url.path.startswith("/"):
                yield f"{name}: {tag} leads out of the book: {link}"
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), urllib.parse.unquote(url.path)))
            if not url.path:
                path = name
            target = (folder / path).resolve()
            if folder.resolve() not in target.parents or not target.is_file():
                yield f"{name}: {tag} leads to a file that is not there: {link}"
                continue
            reached[name].add(path)
            fragment = urllib.parse.unquote(url.fragment)
            if fragment and (path not in pages or fragment not in pages[path].identifiers):
                yield f"{name}: {tag} leads to a place that is not there: {link}"
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += reached.get(name, [])
    for path in sorted(folder.rglob("*")):
        # (.files lists what replace.sh has put there.)
        if path.is_file() and path.name != ".files" and str(path.relative_to(folder)) not in seen:
            yield f"{path.relative_to(folder)}: no page leads there"
    for path in sorted(folder.rglob("*.css")):
        if re.search(r"url\(|@import", path.read_text()):
            yield f"{path.name}: asks for another file"


def missing_figures(pages, chapters):
    """The figures of the chapters' READMEs that their pages do not show."""
    for chapter in chapters:
        name = f"chapter{chapter}.html"
        if name not in pages:
            yield f"{name} is not there"
            continue
        shown = {pathlib.PurePath(link).stem for tag, link in pages[name].links if tag == "img"}
        readme = pathlib.Path(f"Chapters/Chapter{chapter}/README.md").read_text(encoding="utf-8")
        for figure in re.findall(r"!\[[^\]]*\]\(\.\./\.\./figures/([^)]+)\.[a-z]+\)", readme):
            if figure not in shown:
                yield f"{name}: figure {figure} is not shown"


# Opens each page in a frame of each width, one after the other, and writes down what it finds.
PROBE = """<!DOCTYPE html><meta charset="utf-8"><body><script>
const pages = PAGES, widths = WIDTHS, found = [];
console.error('the console is heard');
async function look(page, width) {
  const frame = document.createElement('iframe');
  frame.style.cssText = `border: 0; width: ${width}px; height: 900px`;
  const loaded = new Promise(done => frame.onload = done);
  frame.src = page;
  document.body.append(frame);
  await loaded;
  const inside = frame.contentDocument, edge = inside.documentElement.clientWidth;
  for (const image of inside.images) {
    if (!image.complete || image.naturalWidth === 0) found.push(`${page}: cannot show ${image.getAttribute('src')}`);
  }
  if (inside.documentElement.scrollWidth > edge) {
    const wide = [...inside.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > edge + 1);
    found.push(`${page}: ${inside.documentElement.scrollWidth} pixels wide on a screen of ${width}: `
      + (wide.length ? wide[0].outerHTML.slice(0, 120) : ''));
  }
  frame.remove();
}
(async () => {
  for (const page of pages) for (const width of widths) await look(page, width);
  document.body.textContent = JSON.stringify(found);
  document.title = 'done';
})();
</script>"""


def seen_in_browser(folder, pages):
    """What Chromium finds wrong, in a copy of the book elsewhere."""
    with tempfile.TemporaryDirectory() as elsewhere:
        copy = pathlib.Path(elsewhere) / "a book"
        shutil.copytree(folder, copy)
        probe = copy / "probe.html"
        probe.write_text(PROBE.replace("PAGES", json.dumps(sorted(pages))).replace("WIDTHS", json.dumps(WIDTHS)))
        text, console = browser.run(probe.as_uri(), "--allow-file-access-from-files", "--window-size=1500,1000",
                                    budget=60000)
    if "<title>done</title>" not in text:
        yield "Chromium did not come to the end"
        return
    if not any("the console is heard" in line for line in console):
        yield "Chromium's console is not heard"
    for line in console:
        if "the console is heard" not in line:
            yield f"console: {line}"
    body = re.search(r"<body>(.*)</body>", text, re.DOTALL).group(1)
    yield from json.loads(html.unescape(body))


def main(arguments):
    with_browser = "--no-browser" not in arguments
    folder, *chapters = [argument for argument in arguments if argument != "--no-browser"]
    folder = pathlib.Path(folder)
    pages = {path.relative_to(folder).as_posix(): Page(path) for path in sorted(folder.rglob("*.html"))}
    if "index.html" not in pages:
        print(f"{folder}: there is no book; `make book` makes it")
        return 1
    wrong = [*wrong_links(folder, pages), *missing_figures(pages, chapters)]
    if with_browser and browser.find():
        # The page with sliders, below, has a test of its own.
        wrong += seen_in_browser(folder, [name for name in pages if "/" not in name])
    for line in wrong:
        print(line)
    if wrong:
        return 1
    # The anchors of the lines of code lead to themselves.
    links = sum(not link.startswith("#cb") for page in pages.values() for _, link in page.links)
    print(f"{folder}: {len(pages)} pages, {links} links and pictures, all there")
    if with_browser:
        if browser.find():
            print(f"Chromium shows them {' and '.join(map(str, WIDTHS))} pixels wide, without a word in its console")
        else:
            print("Chromium: not run (package chromium, or Chrome, would do it)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
