#!/bin/sh
# Tries to break the program: damaged files by the thousand, calls that fail, processes killed, options of all kinds. One
# part after another, each with what it counted; goes on after a failure, and fails at the end.
#   torture.sh [--quick]
set -u
quick=
case ${1:-} in
'') ;;
--quick) quick=yes ;;
*) echo "torture: expected --quick or nothing, found $1" >&2; exit 2 ;;
esac
work=.build/torture
torture=.build/release/torture
python=.build/torture-venv/bin/python
mkdir -p "$work"
status=0
# Files that are written a hundred thousand times need no disk.
if [ -d /dev/shm ] && [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi

part() { # part NAME COMMAND ...: run it, and take down whether it failed
  name=$1
  shift
  if ! "$@" > "$work/log" 2>&1; then
    echo "$name: FAILED" >&2
    status=1
  fi
  cat "$work/log"
}

count() { # count LONG QUICK: how many files
  if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi
}

with_python() { # with_python NAME COMMAND ...: the same as part, or one line where Python's packages can't be had
  if [ ! -x "$python" ] || ! "$python" -c 'import numpy, PIL, safetensors' 2> /dev/null; then
    if ! { python3 -m venv .build/torture-venv \
      && "$python" -m pip install --quiet -r Tests/Torture/requirements.txt; } > "$work/pip" 2>&1; then
      echo "$1: not compared, the packages of Tests/Torture/requirements.txt can't be installed: $(tail -n 1 "$work/pip")"
      return
    fi
  fi
  part "$@"
}

compared_tensors() {
  part safetensors "$torture" safetensors 1 "$(count 1000000 4000)" --record "$work/safetensors.jsonl"
  part 'odd tensors' "$torture" safetensors listed 1000 --record "$work/odd_tensors.jsonl"
  with_python 'odd tensors in Python' "$python" -B Tests/Torture/safetensors_agree.py "$work/odd_tensors.jsonl"
  with_python 'safetensors in Python' "$python" -B Tests/Torture/safetensors_agree.py "$work/safetensors.jsonl"
}

compared_pictures() {
  part pgm "$torture" pgm 1 "$(count 200000 5000)" --record "$work/pgm.jsonl"
  part 'odd pictures' "$torture" pgm listed 1000 --record "$work/odd.jsonl"
  part 'pictures as written' "$torture" written 1 "$(count 500 30)" --record "$work/written.jsonl"
  if ! command -v pnmtoplainpnm > /dev/null && ! sh Tools/install.sh pnmtoplainpnm netpbm > "$work/install" 2>&1; then
    echo "PGM: not compared, Netpbm can't be installed: $(tail -n 1 "$work/install")"
    return
  fi
  with_python 'PGM in Netpbm and Pillow' "$python" -B Tests/Torture/pgm_agree.py "$work/pgm.jsonl" "$(count 4000 100)"
  with_python 'odd pictures in Netpbm and Pillow' "$python" -B Tests/Torture/pgm_agree.py "$work/odd.jsonl"
  with_python 'PGM as written' "$python" -B Tests/Torture/pgm_agree.py "$work/written.jsonl"
}

swift build -c release --quiet || exit 1
# Every truncation of small whole files, and every bit flipped; then thousands of them damaged at random.
for format in safetensors json configuration scheduler checkpoint idx mnist pgm csv; do
  part "$format" "$torture" "$format" every
done
for format in json configuration scheduler idx csv; do
  part "$format" "$torture" "$format" 1 "$(count 200000 5000)"
done
for format in model checkpoint mnist; do part "$format" "$torture" "$format" 1 "$(count 100000 2000)"; done
compared_tensors
compared_pictures
part awkward "$torture" awkward listed "$(count 1000 120)"
# shellcheck disable=SC2086
for driver in faults kills options; do part "$driver" python3 -B "Tests/Torture/$driver.py" ${quick:+--quick}; done
exit $status
