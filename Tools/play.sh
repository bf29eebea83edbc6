#!/bin/sh
# Compiles what the page with sliders computes as Embedded Swift for WebAssembly: two programs, the formulas with
# images and points, and the network of chapter 5 with its kernels. The modules are taken whole: what needs files or threads
# is left out in their sources, where `hasFeature(Embedded)`.
#
#     sh Tools/play.sh page|network        makes .build/play/page.wasm or network.wasm
set -eu
work=.build/play
unicode=$(dirname "$(dirname "$(command -v swiftc)")")/lib/swift/embedded/wasm32-unknown-none-wasm/libswiftUnicodeDataTables.a
rm -rf "${work:?}/$1"
mkdir -p "$work/$1"

compile() { # compile FOLDER OPTIMISATION MODULE SOURCE ...
  folder=$work/$1 optimisation=$2 module=$3
  shift 3
  swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded "$optimisation" -Xcc -msimd128 \
    -swift-version 6 -package-name diffusion -wmo -Xfrontend -disable-stack-protector -parse-as-library -module-name "$module" -I "$folder" \
    -I Sources/Prefetch \
    -emit-module -emit-module-path "$folder/$module.swiftmodule" -c "$@" -o "$folder/$module.o"
}

compile_formulas() { # compile_formulas FOLDER OPTIMISATION
  compile_modules "$1" "$2" Deterministic Diffusion Samples
}

compile_modules() { # compile_modules FOLDER OPTIMISATION MODULE ...
  part=$1 speed=$2
  shift 2
  for name in "$@"; do
    # shellcheck disable=SC2046
    compile "$part" "$speed" "$name" $(find "Sources/$name" -name '*.swift' | sort)
  done
}

link() { # link FOLDER PROGRAM LIBRARY ...
  objects=$work/$1/*.o program=$work/$2
  shift 2
  # shellcheck disable=SC2086
  wasm-ld --no-entry --gc-sections --strip-all --allow-undefined --export=__heap_base --export-memory -z stack-size=1048576 \
    $objects "$@" -o "$program"
  echo "$program: $(wc -c < "$program" | tr -d ' ') bytes"
}

case $1 in
page)
  compile_formulas page -Osize
  compile page -Osize Play Play/*.swift
  link page page.wasm
  ;;
network)
  compile_formulas network -Ounchecked
  compile_modules network -Ounchecked Threads
  # shellcheck disable=SC2046
  compile network -Ounchecked Kernels $(find Sources/Kernels -name '*.swift' | sort) Play/Network/RoundedOnce.swift
  compile_modules network -Ounchecked Tensors Networks Denoisers
  compile network -Ounchecked Digits Play/Network/Digits.swift
  link network network.wasm "$unicode"
  ;;
esac
