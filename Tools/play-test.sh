#!/bin/sh
# Opens the page with sliders in headless Chromium, moves its controls, and compares what it shows with the chapters.
set -eu
work=.build/play-test
for browser in chromium chromium-browser google-chrome; do
  if command -v "$browser" > /dev/null; then break; fi
  browser=
done
if [ -z "$browser" ] || ! command -v node > /dev/null; then
  echo 'the page with sliders: not tested (chromium and node would do it)'
  exit 0
fi
rm -rf "$work"
mkdir -p "$work"
{
  cat figures/play/index.html
  printf '\n<pre id="report"></pre>\n<script type="application/json" id="scenes">'
  awk -F, 'NR > 1 { printf "%s{\"t\": %s, \"x\": \"%s\", \"y\": \"%s\"}", (NR > 2 ? ", " : "["), $2, $5, $6 }
    END { print "]" }' data/chapter3/scenes.csv
  printf '</script>\n<script>\n'
  cat Tests/Play/drive.js
  printf '</script>\n'
} > "$work/index.html"
"$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/$work/profile" \
  --virtual-time-budget=200000 --enable-logging=stderr --dump-dom "file://$PWD/$work/index.html" \
  > "$work/page.html" 2> "$work/log.txt" || { tail -n 5 "$work/log.txt" >&2; exit 1; }
node Tests/Play/compare.js figures/play/index.html "$work/page.html" "$work/log.txt"
