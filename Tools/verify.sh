#!/bin/sh
# Makes each chapter's data again, in several builds and numbers of threads, and compares it with what is committed:
# the same list of files, the same bytes in each. A chapter that trains is made again once in full; the other builds and
# numbers of threads make its short version, and these are compared with each other. With --short before the chapters that
# one full run is left out, and so are 2 and 8 threads and the debug build (of which `make same-bits` has the kernels, the
# formulas and a training).
set -u
work=.build/verify
rm -rf "$work"
status=0
isShort= more='2 3 8'
if [ "$1" = --short ]; then isShort=yes more=3 && shift; fi
if [ -z "$isShort" ]; then swift build --quiet || exit 1; fi

verify() { # verify CHAPTER FOLDER BUILD [OPTION ...]: make the chapter again and compare it with the folder
  chapter=$1 expected=$2 build=$3
  shift 3
  folder=$work/$build$(echo "$*" | tr -d ' ')/chapter$chapter
  if ! .build/"$build"/chapter"$chapter" --out "$folder" "$@" > "$work/log" 2>&1; then
    echo "chapter $chapter, $build $*: the run failed: $(tail -n 1 "$work/log")" >&2
    status=1
  elif ! diff -rq "$expected" "$folder" > "$work/log"; then
    echo "chapter $chapter, $build $*: differs from $expected:" >&2
    cat "$work/log" >&2
    status=1
  else
    echo "chapter $chapter, $build $*: $(ls "$folder" | wc -l | tr -d ' ') files, the same bytes"
  fi
}

mkdir -p "$work"
for chapter in "$@"; do
  case $chapter in
  [1-3])
    for threads in 1 $more; do verify "$chapter" "data/chapter$chapter" release --threads "$threads"; done
    if [ -z "$isShort" ]; then verify "$chapter" "data/chapter$chapter" debug --threads 2; fi
    ;;
  *)
    if [ -z "$isShort" ]; then verify "$chapter" "data/chapter$chapter" release --threads 2; fi
    # With another seed, so that its claims are seen to hold for more than the one of the book.
    short=$work/release--quick--seed7--threads1/chapter$chapter
    .build/release/chapter"$chapter" --quick --seed 7 --threads 1 --out "$short" > "$work/log" 2>&1 || {
      echo "chapter $chapter, release --quick --seed 7 --threads 1: the run failed: $(tail -n 1 "$work/log")" >&2
      status=1
      continue
    }
    for threads in $more; do verify "$chapter" "$short" release --quick --seed 7 --threads "$threads"; done
    if [ -z "$isShort" ]; then verify "$chapter" "$short" debug --quick --seed 7 --threads 2; fi
    ;;
  esac
done
exit $status
