#!/bin/sh
# Enforces the rules of ARCHITECTURE.md that a machine can check, with a line for each place that breaks one:
#   lint.sh                the rules, on this repository
#   lint.sh --self-test    the linter, on a small repository in which each rule is broken once: it must find just that
# The rules stand in Tools/lint.py, the exceptions with their reasons in Tools/lint-exceptions.txt.
set -eu
case ${1-} in
'') swift package dump-package | python3 -B Tools/lint.py ;;
--self-test) python3 -B Tools/lint.py --self-test ;;
*) echo "lint: expected --self-test or nothing, found $1" >&2; exit 2 ;;
esac
