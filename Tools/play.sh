#!/bin/sh
# Compiles what the page with sliders computes as Embedded Swift for WebAssembly: two programs, the formulas with
# pictures and points, and the network of chapter 5 with its kernels. The sources of the modules are taken as they are;
# of each module those that ask for no files and no threads.
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
    -swift-version 6 -wmo -Xfrontend -disable-stack-protector -parse-as-library -module-name "$module" -I "$folder" \
    -I Sources/Prefetch \
    -emit-module -emit-module-path "$folder/$module.swiftmodule" -c "$@" -o "$folder/$module.o"
}

compile_formulas() { # compile_formulas FOLDER OPTIMISATION
  compile "$1" "$2" Deterministic Sources/Deterministic/*.swift
  compile "$1" "$2" Diffusion Sources/Diffusion/*.swift
  compile "$1" "$2" Datasets Sources/Datasets/Curves.swift Sources/Datasets/Image.swift \
    Sources/Datasets/Image+Levels.swift Sources/Datasets/Image+Scaling.swift Sources/Datasets/ToyDistribution.swift
}

without() { # without PATTERN FILE ..., one file a line
  pattern=$1
  shift
  printf '%s\n' "$@" | grep -vE "$pattern"
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
  # shellcheck disable=SC2046
  {
    compile network -Ounchecked Kernels $(without 'Parallel|Thread' Sources/Kernels/*.swift) \
      Tests/Embedded/OneThread.swift Play/Network/RoundedOnce.swift
    compile network -Ounchecked Tensors Sources/Tensors/*.swift
    compile network -Ounchecked Networks $(without 'ModelFolder|JSON|Safetensors' Sources/Networks/*.swift)
  }
  compile network -Ounchecked Training Sources/Training/NoisePredictor.swift Sources/Training/Tensor+Image.swift
  compile network -Ounchecked Digits Play/Network/Digits.swift
  link network network.wasm "$unicode"
  ;;
esac
