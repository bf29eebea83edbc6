#!/bin/sh
# Runs the tests under the address sanitizer and under the thread sanitizer, each in a build of its own in which the
# kernels are checked too and whose buffers of floats end exactly where they should: sanitize.sh [address|thread] [FILTER].
# It prints a line for each. Without a filter it is every test but ChapterTests, which start the programs a thousand times,
# and then each chapter once with --quick.
set -u
kinds=${1:-address thread}
filter=${2:-}
status=0

# Foundation's Process leaks a few bytes for each that it starts.
export KERNELS_CHECKED=1 ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/Tests/Sanitizers/thread.txt"

fail() { # fail WHAT LOG
  echo "$1: it found something, or it failed; the whole story: $2" >&2
  grep -E 'ERROR: |WARNING: ThreadSanitizer|SUMMARY|✘|error:' "$2" | head -n 20 >&2
  status=1
}

for kind in $kinds; do
  work=.build/sanitize-$kind
  mkdir -p "$work"
  set --
  if [ "$kind" = thread ] && [ "$(uname)" = Linux ]; then
    clang -O1 -Wall -Werror -c -o "$work/locks.o" Tests/Sanitizers/locks.c || exit 1
    set -- -Xlinker "$PWD/$work/locks.o"
  fi
  if [ -n "$filter" ]; then set -- "$@" --filter "$filter"; else set -- "$@" --skip ChapterTests; fi
  if swift test --sanitize="$kind" --scratch-path "$work" -c release --disable-testable-imports --disable-xctest "$@" \
    > "$work/log.txt" 2>&1; then
    echo "$kind sanitizer: $(grep -o 'Test run with .* passed' "$work/log.txt" | tail -n 1)"
  else
    fail "$kind sanitizer" "$work/log.txt"
  fi
  if [ -n "$filter" ]; then continue; fi
  for chapter in $(sh Tools/chapters.sh); do
    if "$work/release/chapter$chapter" --quick --out "$work/chapter$chapter" > "$work/chapter$chapter.txt" 2>&1; then
      echo "$kind sanitizer: chapter $chapter with --quick, nothing found"
    else
      fail "$kind sanitizer, chapter $chapter" "$work/chapter$chapter.txt"
    fi
  done
done
exit $status
