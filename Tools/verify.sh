#!/bin/sh
# Makes each chapter's data again, in several builds and numbers of threads, and compares it with what is committed:
# the same list of files, the same bytes in each. A chapter that trains is made again once in full; the other builds and
# numbers of threads make its short version, and these are compared with each other. With --short before the chapters that
# one full run is left out, and so are 2 and 8 threads.
set -u
work=.build/verify
rm -rf "$work"
swift build --quiet || exit 1
status=0
isShort= more='2 3 8'
if [ "$1" = --short ]; then isShort=yes more=3 && shift; fi

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
    verify "$chapter" "data/chapter$chapter" debug --threads 2
    ;;
  *)
    if [ -z "$isShort" ]; then verify "$chapter" "data/chapter$chapter" release --threads 2; fi
    short=$work/release--quick--threads1/chapter$chapter
    .build/release/chapter"$chapter" --quick --threads 1 --out "$short" > "$work/log" 2>&1 || {
      echo "chapter $chapter, release --quick --threads 1: the run failed: $(tail -n 1 "$work/log")" >&2
      status=1
      continue
    }
    for threads in $more; do verify "$chapter" "$short" release --quick --threads "$threads"; done
    verify "$chapter" "$short" debug --quick --threads 2
    ;;
  esac
done
exit $status
