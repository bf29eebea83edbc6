#!/bin/sh
# Runs the formulas, the kernels and ten training steps in builds for several processors, in release and debug, with 1 to 8
# threads, and compares the hashes with the committed ones. Where the tools are installed, formulas and kernels also run on
# an emulated AArch64 processor. With --chapters it makes data/ too, in the builds for other processors than this one, and
# compares every byte (half an hour).
set -u
expected=Tests/SameBits/expected.txt
work=.build/same-bits
mkdir -p "$work"
status=0
chapters=
case ${1-} in
'') ;;
--chapters) chapters=$(sh Tools/chapters.sh) ;;
*) echo "same-bits: expected --chapters or nothing, found $1" >&2; exit 2 ;;
esac

compare() { # compare NAME FILE COUNT: the file has so many lines, each one of the expected
  if [ "$(wc -l < "$2")" -eq "$3" ] && ! grep -vxFq -f "$expected" "$2"; then
    echo "$1: the same bits"
  else
    echo "$1: expected $(paste -sd ' ' "$expected"), found $(sort -u "$2" | paste -sd ' ')" >&2
    status=1
  fi
}

run() { # run CONFIGURATION PROCESSOR THREAD-COUNT ...
  configuration=$1 processor=$2
  shift 2
  name="$configuration build for $processor, threads $*"
  if KERNELS_MARCH=$processor swift build --quiet -c "$configuration" --scratch-path "$work/build" --product same-bits \
    > "$work/log" 2>&1 && "$work/build/$configuration/same-bits" "$@" > "$work/hashes.txt" 2>> "$work/log"; then
    compare "$name" "$work/hashes.txt" $((2 * $# + 1))
  else
    echo "$name: it failed" >&2
    cat "$work/log" >&2
    status=1
  fi
}

run_chapters() { # run_chapters PROCESSOR CHAPTER ...: what the chapters write in a release build for the processor
  processor=$1
  shift
  for chapter in "$@"; do
    folder=$work/$processor/chapter$chapter
    rm -rf "$folder"
    if KERNELS_MARCH=$processor swift build --quiet -c release --scratch-path "$work/build" --product "chapter$chapter" \
      > "$work/log" 2>&1 && "$work/build/release/chapter$chapter" --out "$folder" > "$work/log" 2>&1 \
      && diff -rq "data/chapter$chapter" "$folder" > "$work/log"; then
      echo "chapter $chapter, release build for $processor: $(ls "$folder" | wc -l | tr -d ' ') files, the same bytes"
    else
      echo "chapter $chapter, release build for $processor: it failed, or differs from data/chapter$chapter" >&2
      cat "$work/log" >&2
      status=1
    fi
  done
}

has() { grep -qw "$1" /proc/cpuinfo 2> /dev/null; }

# The build of this machine's programs is one of them.
if swift build --quiet -c release --product same-bits > "$work/log" 2>&1 \
  && .build/release/same-bits 1 2 3 8 > "$work/hashes.txt" 2>> "$work/log"; then
  compare 'release build for native, threads 1 2 3 8' "$work/hashes.txt" 9
else
  echo 'release build for native: it failed' >&2
  cat "$work/log" >&2
  status=1
fi
run debug native 2
if [ "$(uname -m)" = x86_64 ]; then
  # shellcheck disable=SC2086
  if has avx512vl; then run release x86-64-v4 2 && run_chapters x86-64-v4 $chapters; else echo 'x86-64-v4: not run, no AVX-512 here'; fi
  # shellcheck disable=SC2086
  if has avx2; then run release x86-64-v3 1 2 && run_chapters x86-64-v3 $chapters; else echo 'x86-64-v3: not run, no AVX2 here'; fi
  # Without fused multiply-add in the processor it is a function call for every number.
  run release none 2
  # Chapters that train would take an hour each.
  if [ -n "$chapters" ]; then run_chapters none 1 2 3; fi
fi

if [ "$(uname -m)" = x86_64 ] && command -v qemu-aarch64 > /dev/null && command -v aarch64-linux-gnu-gcc > /dev/null; then
  arm=$work/aarch64
  swift=$(dirname "$(command -v swiftc)")
  mkdir -p "$arm"
  compile() { # compile MODULE SOURCE ...
    module=$1
    shift
    swiftc -target aarch64-none-none-elf -enable-experimental-feature Embedded -Ounchecked -wmo -swift-version 6 \
      -package-name diffusion -parse-as-library -module-name "$module" -I "$arm" -I Sources/Prefetch \
      -emit-module -emit-module-path "$arm/$module.swiftmodule" -c "$@" -o "$arm/$module.o"
  }
  compile_modules() { # compile_modules MODULE ...
    for name in "$@"; do
      # shellcheck disable=SC2046
      compile "$name" $(find "Sources/$name" -name '*.swift' | sort) || return 1
    done
  }
  rm -f "$arm"/*.o
  if compile_modules Deterministic Diffusion Threads Kernels \
    && compile Worked Tests/Worked/Worked.swift \
    && compile SameBits Tests/SameBits/KernelHash.swift \
    && compile Exposed Tests/Embedded/kernels.swift \
    && aarch64-linux-gnu-gcc -static -no-pie -fuse-ld=lld -B"$swift" Tests/Embedded/kernels.c "$arm"/*.o \
      "$swift/../lib/swift/embedded/aarch64-none-none-elf/libswiftUnicodeDataTables.a" -lm -o "$arm/kernels" \
    && qemu-aarch64 "$arm/kernels" > "$work/hashes.txt"; then
    compare 'formulas and kernels on AArch64, emulated' "$work/hashes.txt" 2
  else
    echo 'formulas and kernels on AArch64: it failed' >&2
    status=1
  fi
else
  echo 'formulas and kernels on AArch64: not run (qemu-user, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross would do it)'
fi
exit $status
