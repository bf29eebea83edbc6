#!/usr/bin/env python3
"""Checks the API reference that `make docs` made: check-docs.py FOLDER MODULE ...

Every page that another refers to is there. Then Chromium opens the list of the modules and the page of each, as
`make serve-docs` serves them: each shows its title, nothing is asked for that is not there, and the console says
nothing. Prints one line for each thing that is wrong.
"""

import functools
import http.server
import json
import pathlib
import sys
import threading

import browser


def wrong_references(folder, data):
    """The pages that others refer to and that are not there."""
    for path in data:
        page = json.loads(path.read_text(encoding="utf-8"))
        for reference in page.get("references", {}).values():
            url = reference.get("url", "")
            if url.startswith("/") and not (folder / "data" / f"{url.partition('#')[0].strip('/')}.json").is_file():
                yield f"{path.relative_to(folder)}: refers to {url}, which is not there"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the reference, and remembers what was asked for in vain, which no console shows."""

    missing = set()

    def send_error(self, code, *words, **named):
        self.missing.add(f"{code} for {self.path}")
        super().send_error(code, *words, **named)

    def log_message(self, *_):
        pass


def seen_in_browser(folder, modules):
    """What Chromium finds wrong."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in ["", *modules]:
            url = f"http://127.0.0.1:{server.server_port}/documentation/{name.lower()}"
            text, console = browser.run(url.rstrip("/"))
            title = name or "Diffusion by Hand"
            if f"<title>{title} | Documentation</title>" not in text:
                yield f"{url}: does not show {title}"
            for line in console:
                yield f"{url}: console: {line}"
        yield from sorted(Handler.missing)
        server.shutdown()


def main(folder, *modules):
    folder = pathlib.Path(folder)
    data = sorted(folder.glob("data/**/*.json"))
    if not data:
        print(f"{folder}: there is no reference; `make docs` makes it")
        return 1
    wrong = [*wrong_references(folder, data)]
    if browser.find():
        wrong += seen_in_browser(folder, modules)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    print(f"{folder}: {len(data)} pages, and every page that they refer to")
    if browser.find():
        print(f"Chromium shows the {len(modules)} modules, without a word in its console")
    else:
        print("Chromium: not run (package chromium, or Chrome, would do it)")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
