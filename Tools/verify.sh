#!/bin/sh
# Makes each chapter's data again, in several builds and numbers of threads, and compares it with what is committed:
# the same list of files, the same bytes in each.
set -u
work=.build/verify
rm -rf "$work"
swift build --quiet || exit 1
status=0

verify() { # verify CHAPTER BUILD [OPTION ...]
  chapter=$1 build=$2
  shift 2
  folder=$work/$build$(echo "$*" | tr -d ' ')/chapter$chapter
  if ! .build/"$build"/chapter"$chapter" --out "$folder" "$@" > "$work/log" 2>&1; then
    echo "chapter $chapter, $build $*: the run failed: $(tail -n 1 "$work/log")" >&2
    status=1
  elif ! diff -rq "data/chapter$chapter" "$folder" > "$work/log"; then
    echo "chapter $chapter, $build $*: differs from data/chapter$chapter:" >&2
    cat "$work/log" >&2
    status=1
  else
    echo "chapter $chapter, $build $*: $(ls "$folder" | wc -l | tr -d ' ') files, the same bytes"
  fi
}

mkdir -p "$work"
for chapter in "$@"; do
  for threads in 1 2 3 8; do verify "$chapter" release --threads "$threads"; done
  verify "$chapter" debug --threads 2
done
exit $status
