#!/bin/sh
# Fetches the four files of MNIST, unpacks them, compares their SHA-256 and puts them into data/mnist, or into the folder
# that MNIST_DIR names where that is missing, empty, or holds nothing but MNIST. A file that is there and right is kept. A
# folder with other files is somebody's own: it is left as it is, and the script fails.
set -u
folder=${MNIST_DIR:-data/mnist}
if [ -n "${MNIST_URL:-}" ]; then
  set -- "$MNIST_URL"
else
  set -- https://ossci-datasets.s3.amazonaws.com/mnist/ https://storage.googleapis.com/cvdf-datasets/mnist/
fi

# Name and SHA-256 of each file, unpacked.
files='train-images-idx3-ubyte ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
train-labels-idx1-ubyte 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
t10k-images-idx3-ubyte 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
t10k-labels-idx1-ubyte ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'

sha256() { if command -v sha256sum > /dev/null; then sha256sum < "$1"; else shasum -a 256 < "$1"; fi | cut -d ' ' -f 1; }

digest() { echo "$files" | NAME=$1 awk '$1 == ENVIRON["NAME"] { print $2 }'; } # digest NAME: nothing of another file

stop() { echo "mnist: $*" >&2; exit 1; }

# Before anything is fetched or made: is the folder one that only this project writes to?
if [ -e "$folder" ] && [ ! -d "$folder" ]; then stop "$folder is not a folder"; fi
for path in "$folder"/*; do
  # An empty folder leaves the pattern as it is.
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then continue; fi
  name=${path##*/}
  expected=$(digest "$name")
  if [ -n "$expected" ] && [ -f "$path" ] && [ "$(sha256 "$path")" = "$expected" ]; then continue; fi
  # Packed files under MNIST's names are in nobody's way.
  if [ "$name" != "${name%.gz}" ] && [ -n "$(digest "${name%.gz}")" ]; then continue; fi
  if [ -n "$expected" ]; then what="$path is there and is not MNIST's"; else what="$folder holds other files ($name)"; fi
  stop "$what; nothing was changed. Name another folder in MNIST_DIR, or unset it for data/mnist, or move your files"
done

fetch() { # fetch URL FILE
  case $1 in
    file://*) cp "${1#file://}" "$2" ;;
    *) if command -v curl > /dev/null; then curl -fsSL --retry 2 --connect-timeout 20 -o "$2" "$1"
       else wget -q -O "$2" "$1"; fi ;;
  esac
}

mkdir -p "$folder" || exit 1
work=$(mktemp -d "$folder/.fetch-XXXXXX") || stop "$folder cannot be written to"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

place() { # place FILE PATH: never over a file that has come meanwhile
  ln "$1" "$2" 2> /dev/null || { [ ! -e "$2" ] && mv -n "$1" "$2" && [ ! -e "$1" ]; }
}

get() { # get NAME SHA256 MIRROR ...
  name=$1 expected=$2
  shift 2
  if [ -f "$folder/$name" ]; then echo "$folder/$name is there"; return; fi
  for mirror in "$@"; do
    url=${mirror%/}/$name.gz
    if ! fetch "$url" "$work/$name.gz" 2> "$work/words"; then
      reason="$url: $(tail -n 1 "$work/words")"
    elif ! gzip -dc "$work/$name.gz" > "$work/$name" 2> "$work/words"; then
      reason="$url: $(tail -n 1 "$work/words")"
    else
      found=$(sha256 "$work/$name")
      if [ "$found" = "$expected" ]; then
        place "$work/$name" "$folder/$name" && echo "$folder/$name fetched" && return
        reason="$folder/$name cannot be written"
      else
        reason="$url: unpacked, expected SHA-256 $expected, found $found"
      fi
    fi
  done
  stop "$reason"
}

echo "$files" > "$work/files"
while read -r name expected; do get "$name" "$expected" "$@"; done < "$work/files"
