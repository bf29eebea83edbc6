#!/bin/sh
# Compiles each file of Tests/Races against the modules as built for release. None may compile: each hands a closure that
# writes to a captured variable to several threads.
set -eu
status=0
for file in Tests/Races/*.swift; do
  if swiftc -typecheck -swift-version 6 -I .build/release/Modules -I Sources/Prefetch "$file" > .build/races.txt 2>&1; then
    echo "$file: compiles, although it races" >&2
    status=1
  elif [ "$(grep -c 'error:' .build/races.txt)" -ne "$(grep -c 'error: .*captured var' .build/races.txt)" ]; then
    echo "$file: is refused, but not for its captured variable:" >&2
    cat .build/races.txt >&2
    status=1
  fi
done
[ $status -ne 0 ] || echo "races: none of $(ls Tests/Races/*.swift | wc -l | tr -d ' ') compiles"
exit $status
