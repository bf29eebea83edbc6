#!/bin/sh
# Compiles Deterministic and Diffusion as Embedded Swift for WebAssembly with the stock toolchain, links them with the
# worked examples, and, where node is installed, runs the result and compares every bit with the same code run here.
set -eu
work=.build/wasm
rm -rf "$work"
mkdir -p "$work"

compile() { # compile FOLDER MODULE SOURCE ..., with the flags of the target in $flags
  folder=$1 module=$2
  shift 2
  mkdir -p "$folder"
  # shellcheck disable=SC2086
  swiftc $flags -swift-version 6 -wmo -parse-as-library -module-name "$module" -I "$folder" \
    -emit-module -emit-module-path "$folder/$module.swiftmodule" -c "$@" -o "$folder/$module.o"
}

compile_all() { # compile_all FOLDER
  compile "$1" Deterministic $(find Sources/Deterministic -name "*.swift" | sort)
  compile "$1" Diffusion $(find Sources/Diffusion -name "*.swift" | sort)
  compile "$1" Worked Tests/Worked/Worked.swift
}

flags='-target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -Osize -Xfrontend -disable-stack-protector'
compile_all "$work/page"
wasm-ld --no-entry --gc-sections --strip-all --allow-undefined --export=__heap_base --export-memory \
  "$work"/page/*.o -o "$work/worked.wasm"
echo "Deterministic and Diffusion as WebAssembly: $(wc -c < "$work/worked.wasm" | tr -d ' ') bytes"

if command -v node > /dev/null; then
  node Tests/Embedded/run.js "$work/worked.wasm" > "$work/wasm.txt"
  flags=-O
  compile_all "$work/here"
  swiftc -O -swift-version 6 -I "$work/here" Tests/Embedded/main.swift "$work"/here/*.o -lm -o "$work/native"
  "$work/native" > "$work/native.txt"
  cmp "$work/wasm.txt" "$work/native.txt"
  echo "$(wc -l < "$work/native.txt" | tr -d ' ') values: the same bits in WebAssembly and here"
else
  echo 'node is not installed: compiled and linked, not run'
fi
