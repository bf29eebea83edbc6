#!/bin/sh
# Makes the API reference of some modules, as built for release, with DocC and without a network:
#   docs.sh FOLDER MODULE ...
# What documents a module as a whole is the first paragraph of its README. A warning of DocC stops it: a link that
# leads nowhere, a parameter that is not there.
#
# The pages ask for their files at the root of a site. DOCS_BASE_PATH=/project/reference makes them for a folder of it.
set -eu
folder=$1
shift
work=.build/docc
modules=.build/release/Modules

tool() { command -v "$1" || xcrun --find "$1" 2> /dev/null; }
docc=$(tool docc) && extract=$(tool swift-symbolgraph-extract) || {
  echo 'docs: docc is missing: it is part of the Swift toolchains of swift.org and of Xcode' >&2
  exit 1
}

target=$(swiftc -print-target-info | sed -n 's/^ *"triple": *"\(.*\)",*$/\1/p' | head -n 1)
sdk=
if [ "$(uname)" = Darwin ]; then sdk="-sdk $(xcrun --show-sdk-path)"; fi

rm -rf "$work"
archives= dependencies=
for module in "$@"; do
  catalog=$work/$module.docc
  mkdir -p "$catalog" "$work/$module"
  # shellcheck disable=SC2086
  "$extract" -module-name "$module" -target "$target" $sdk -I "$modules" -I Sources/Prefetch -minimum-access-level package \
    -skip-synthesized-members -output-dir "$work/$module"
  # The README's first paragraph, below its heading.
  summary=$(awk 'BEGIN { RS = "" } NR == 2' "Sources/$module/README.md")
  printf '# ``%s``\n\n%s\n' "$module" "${summary:?Sources/$module/README.md has no first paragraph}" > "$catalog/$module.md"
  # shellcheck disable=SC2086
  "$docc" convert "$catalog" --additional-symbol-graph-dir "$work/$module" --output-path "$work/$module.doccarchive" \
    --fallback-display-name "$module" --fallback-default-module-kind Module --warnings-as-errors \
    --enable-experimental-external-link-support $dependencies \
    > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  archives="$archives $work/$module.doccarchive"
  dependencies="$dependencies --dependency $work/$module.doccarchive"
done
# shellcheck disable=SC2086
"$docc" merge $archives --output-path "$work/reference" --synthesized-landing-page-name 'Diffusion by Hand' \
  --synthesized-landing-page-kind 'API reference' --synthesized-landing-page-topics-style list > /dev/null
# Its pages ask for this file.
echo '{}' > "$work/reference/theme-settings.json"
if [ -n "${DOCS_BASE_PATH-}" ]; then
  "$docc" process-archive transform-for-static-hosting "$work/reference" --hosting-base-path "$DOCS_BASE_PATH" > /dev/null
  # The one page that this leaves at the root of the site.
  echo '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=documentation/"><title>API reference</title>' \
    > "$work/reference/index.html"
fi

sh "$(dirname "$0")/replace.sh" "$work/reference" "$folder"
echo "$folder: $# modules, $(find "$folder/documentation" -name index.html | wc -l | tr -d ' ') pages; \`make serve-docs\` shows them"
