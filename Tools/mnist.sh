#!/bin/sh
# Fetches the four files of MNIST, unpacks them, compares their SHA-256 and puts them into $MNIST_DIR, by default
# data/mnist. A file that is there and right is kept; a file that fails is not.
set -u
folder=${MNIST_DIR:-data/mnist}
if [ -n "${MNIST_URL:-}" ]; then
  set -- "$MNIST_URL"
else
  set -- https://ossci-datasets.s3.amazonaws.com/mnist/ https://storage.googleapis.com/cvdf-datasets/mnist/
fi

sha256() { if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

fetch() { # fetch URL FILE
  case $1 in
    file://*) cp "${1#file://}" "$2" ;;
    *) if command -v curl > /dev/null; then curl -fsSL --retry 2 --connect-timeout 20 -o "$2" "$1"
       else wget -q -O "$2" "$1"; fi ;;
  esac
}

mkdir -p "$folder" || exit 1
work=$(mktemp -d "$folder/.fetch-XXXXXX") || { echo "mnist: $folder cannot be written to" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

get() { # get NAME SHA256 MIRROR ...
  name=$1 expected=$2
  shift 2
  if [ -f "$folder/$name" ]; then
    if [ "$(sha256 "$folder/$name")" = "$expected" ]; then echo "$folder/$name is there"; return; fi
    echo "$folder/$name is not MNIST's: fetching it again" >&2
  fi
  for mirror in "$@"; do
    url=${mirror%/}/$name.gz
    if ! fetch "$url" "$work/$name.gz" 2> "$work/words"; then
      reason="$url: $(tail -n 1 "$work/words")"
    elif ! gzip -dc "$work/$name.gz" > "$work/$name" 2> "$work/words"; then
      reason="$url: $(tail -n 1 "$work/words")"
    else
      found=$(sha256 "$work/$name")
      if [ "$found" = "$expected" ]; then
        mv "$work/$name" "$folder/$name" && echo "$folder/$name fetched" && return
        reason="$folder/$name cannot be written"
      else
        reason="$url: unpacked, expected SHA-256 $expected, found $found"
      fi
    fi
  done
  echo "mnist: $reason" >&2
  exit 1
}

get train-images-idx3-ubyte ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db "$@"
get train-labels-idx1-ubyte 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 "$@"
get t10k-images-idx3-ubyte 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 "$@"
get t10k-labels-idx1-ubyte ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 "$@"
