#!/bin/sh
# Runs the test suite under the address sanitizer and under the thread sanitizer, each in a build of its own whose buffers
# of floats end exactly where they should: sanitize.sh [address|thread] [FILTER]. It prints a line for each.
set -u
kinds=${1:-address thread}
filter=${2:-.}
status=0
for kind in $kinds; do
  work=.build/sanitize-$kind
  mkdir -p "$work"
  set --
  if [ "$kind" = thread ] && [ "$(uname)" = Linux ]; then
    clang -O1 -Wall -Werror -c -o "$work/locks.o" Tests/Sanitizers/locks.c || exit 1
    set -- -Xlinker "$PWD/$work/locks.o"
  fi
  # Foundation's Process leaks a few bytes for each that it starts.
  if KERNELS_CHECKED=1 ASAN_OPTIONS=detect_leaks=0 \
    TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/Tests/Sanitizers/thread.txt" \
    swift test --sanitize="$kind" --scratch-path "$work" -c release --disable-testable-imports --disable-xctest "$@" \
    --filter "$filter" > "$work/log.txt" 2>&1; then
    echo "$kind sanitizer: $(grep -o 'Test run with .* passed' "$work/log.txt" | tail -n 1)"
  else
    echo "$kind sanitizer: it found something, or a test failed; the whole story: $work/log.txt" >&2
    grep -E 'ERROR: |WARNING: ThreadSanitizer|SUMMARY|✘|error:' "$work/log.txt" | head -n 20 >&2
    status=1
  fi
done
exit $status
