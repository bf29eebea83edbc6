"""Headless Chromium, for the checks of the book and of the API reference, and to print a page: browser.py PAGE PDF."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MAC = "/Applications/{0}.app/Contents/MacOS/{0}"


def find():
    """The path of a Chromium or Chrome, or None."""
    for name in NAMES:
        if shutil.which(name):
            return shutil.which(name)
    for name in ["Chromium", "Google Chrome"]:
        if os.access(MAC.format(name), os.X_OK):
            return MAC.format(name)
    return None


def run(url, *options, budget=5000):
    """Opens a page and returns it as its scripts have left it, and the lines of its console, Chromium's own left out."""
    with tempfile.TemporaryDirectory() as profile:
        command = [find(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--hide-scrollbars", "--enable-logging=stderr", f"--user-data-dir={profile}",
                   f"--virtual-time-budget={budget}", *options, "--dump-dom", url]
        result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=120)
    console = re.findall(r"^\[[^\]]*:CONSOLE[^\]]*\] (.*)$", result.stderr, re.MULTILINE)
    return result.stdout, [line for line in console if ", source: chrome" not in line]


def printed(page, pdf):
    """Prints a page as PDF; without a browser there is none."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run([find(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                        f"--user-data-dir={profile}", "--no-pdf-header-footer", "--virtual-time-budget=10000",
                        f"--print-to-pdf={pdf}", pathlib.Path(page).resolve().as_uri()],
                       check=True, capture_output=True, timeout=300)


if __name__ == "__main__":
    if find():
        printed(*sys.argv[1:])
    else:
        print("no Chromium: no PDF", file=sys.stderr)
