// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// A chapter: an executable whose `main.swift` is the page itself.
func chapter(_ number: Int, uses modules: [Target.Dependency], draws figures: [String]) -> Target {
  .executableTarget(
    name: "chapter\(number)",
    dependencies: modules,
    path: "Chapters/Chapter\(number)",
    exclude: ["README.md", "SOLUTIONS.md"] + figures.map { "\($0).gp" }
  )
}

let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// How the loops over floats are compiled: unchecked, for the vectors that this machine has, in debug builds too.
///
/// KERNELS_MARCH chooses another machine: `x86-64-v4` (AVX-512), `x86-64-v3` (AVX2), or `none` for what every machine
/// of the architecture has. The results have the same bits for each. KERNELS_CHECKED checks bounds and overflows, and
/// gives each buffer a block of its own.
let kernelSettings: (swift: [SwiftSetting], c: [CSetting]) = {
  // The whole module at once, in debug builds too: what a loop calls stands in another file and is compiled into it.
  // (Two threads, because the index of a debug build wants an object file for each source.)
  let isChecked = ProcessInfo.processInfo.environment["KERNELS_CHECKED"] != nil
  var flags = [isChecked ? "-O" : "-Ounchecked", "-whole-module-optimization", "-num-threads", "2"]
  var settings: [SwiftSetting] = []
  var settingsOfC: [CSetting] = []
  #if arch(x86_64)
  let march = ProcessInfo.processInfo.environment["KERNELS_MARCH"] ?? "native"
  if march != "none" {
    flags += ["-Xcc", "-march=\(march)"]
    settingsOfC.append(.unsafeFlags(["-march=\(march)"]))
  }
  // Which tile of registers to use can't be asked of the compiler: it is said here.
  let ownProcessor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  if march == "x86-64-v4" || march == "native" && ownProcessor.contains("avx512f") {
    settings.append(.define("TILE_512"))
  }
  #endif
  // For the sanitizers: see `Pool`.
  if isChecked { settings.append(.define("CHECKED_BUFFERS")) }
  return (settings + [.unsafeFlags(flags)], settingsOfC)
}()

let package = Package(
  name: "DiffusionByHand",
  platforms: [.macOS(.v15)],
  products: [
    // What the package of benchmarks uses.
    .library(name: "Engine", targets: ["Deterministic", "Diffusion", "Kernels", "Tensors", "Networks"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // The rooms. Each imports only what stands above it.
    .target(name: "Deterministic"),
    .target(name: "Diffusion", dependencies: ["Deterministic"]),
    .target(name: "Formats"),
    .systemLibrary(name: "Prefetch"),
    .target(name: "Processor", cSettings: kernelSettings.c),
    .target(name: "Kernels", dependencies: ["Prefetch", "Processor"], swiftSettings: kernelSettings.swift),
    .target(name: "Tensors", dependencies: ["Deterministic", "Diffusion", "Kernels"]),
    .target(name: "Networks", dependencies: ["Deterministic", "Formats", "Kernels", "Tensors"]),
    .target(name: "Datasets", dependencies: ["Deterministic", "Diffusion", "Formats"]),
    .target(
      name: "Training",
      dependencies: ["Deterministic", "Diffusion", "Formats", "Kernels", "Tensors", "Networks", "Datasets"]),
    .target(
      name: "Evaluation",
      dependencies: ["Deterministic", "Formats", "Kernels", "Tensors", "Networks", "Training"]),
    .target(name: "Notebook", dependencies: ["Formats", arguments]),
    .executableTarget(name: "weave", dependencies: ["Formats", "Notebook", arguments]),
    .executableTarget(
      name: "bind", dependencies: ["Datasets", "Formats", "Networks", "Notebook", "Training", arguments]),

    // The book.
    chapter(
      1, uses: ["Deterministic", "Diffusion", "Kernels", "Formats", "Notebook", arguments],
      draws: ["chapter1_schedules", "chapter1_shorter", "chapter1_variance"]),
    chapter(
      2,
      uses: [
        "Deterministic", "Diffusion", "Kernels", "Datasets", "Evaluation", "Formats", "Notebook", arguments,
      ],
      draws: [
        "figure_2", "figure_3", "chapter2_fast_and_slow", "chapter2_features", "chapter2_forward_and_back",
        "chapter2_pictures", "chapter2_walk_and_jump",
      ]),
    chapter(
      3, uses: ["Deterministic", "Diffusion", "Datasets", "Formats", "Notebook", arguments],
      draws: ["figure_4", "chapter3_misplaced", "chapter3_posterior", "chapter3_true_reverse"]),
    chapter(
      4,
      uses: [
        "Deterministic", "Diffusion", "Kernels", "Tensors", "Networks", "Datasets", "Training", "Evaluation",
        "Formats", "Notebook", arguments,
      ],
      draws: [
        "figure_5", "figure_6", "chapter4_bound", "chapter4_digits", "chapter4_figure_4", "chapter4_floor",
        "chapter4_quality", "chapter4_weights",
      ]),
    chapter(
      5,
      uses: [
        "Deterministic", "Diffusion", "Kernels", "Tensors", "Networks", "Datasets", "Training", "Formats",
        "Notebook", arguments,
      ],
      draws: [
        "figure_7", "chapter5_attention", "chapter5_average", "chapter5_drawn", "chapter5_embedding",
        "chapter5_maps", "chapter5_mnist", "chapter5_skips", "chapter5_training",
      ]),
    chapter(
      6,
      uses: [
        "Deterministic", "Diffusion", "Kernels", "Tensors", "Networks", "Datasets", "Training", "Evaluation",
        "Formats", "Notebook", arguments,
      ],
      draws: [
        "figure_1", "figure_8", "figure_9", "figure_10", "chapter6_broken", "chapter6_choices",
        "chapter6_decided", "chapter6_judge", "chapter6_reverse",
      ]),
    chapter(
      7,
      uses: [
        "Deterministic", "Diffusion", "Kernels", "Tensors", "Networks", "Datasets", "Training", "Evaluation",
        "Formats", "Notebook", arguments,
      ],
      draws: [
        "chapter7_field", "chapter7_score_error", "chapter7_langevin", "chapter7_paths",
        "chapter7_convergence",
        "chapter7_samplers", "chapter7_digits", "chapter7_codes",
      ]),

    // What `make same-bits` runs.
    .target(
      name: "SameBits", dependencies: ["Kernels"], path: "Tests/SameBits", exclude: ["expected.txt"]),
    .target(name: "Worked", dependencies: ["Deterministic", "Diffusion"], path: "Tests/Worked"),
    .executableTarget(
      name: "same-bits",
      dependencies: ["Deterministic", "Diffusion", "Kernels", "Networks", "SameBits", "Tensors", "Worked"],
      path: "Tests/SameBitsProgram"),

    // What `make torture` runs.
    .executableTarget(
      name: "torture",
      dependencies: [
        "Datasets", "Deterministic", "Diffusion", "Formats", "Networks", "TestSupport", "Training",
      ],
      path: "Tests/Torture",
      exclude: [
        "faults.c", "faults.py", "kills.py", "options.py", "pgm_agree.py", "requirements.txt",
        "safetensors_agree.py",
        "trials.py",
      ]),

    .target(name: "TestSupport", dependencies: ["Formats"], path: "Tests/TestSupport"),
    .testTarget(
      name: "DeterministicTests", dependencies: ["Deterministic"], exclude: ["Fixtures"]),
    .testTarget(
      name: "DiffusionTests", dependencies: ["Deterministic", "Diffusion", "Evaluation"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "FormatsTests", dependencies: ["Formats", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "KernelsTests", dependencies: ["Deterministic", "Kernels", "TestSupport"]),
    .testTarget(
      name: "TensorsTests",
      dependencies: ["Deterministic", "Diffusion", "Kernels", "Tensors", "TestSupport"]),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Deterministic", "Diffusion", "Formats", "Kernels", "Networks", "Tensors", "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Deterministic", "Formats", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Datasets", "Deterministic", "Diffusion", "Evaluation", "Formats", "Kernels", "Networks", "Tensors",
        "TestSupport", "Training",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Datasets", "Deterministic", "Evaluation", "Formats", "Kernels", "Networks", "Tensors", "TestSupport",
        "Training",
      ],
      exclude: ["Fixtures"]),
    // The solutions of the exercises, each a test.
    .testTarget(
      name: "ExerciseTests",
      dependencies: [
        "Datasets", "Deterministic", "Diffusion", "Evaluation", "Formats", "Kernels", "Networks", "Tensors",
        "Training",
      ]),
    .testTarget(name: "NotebookTests", dependencies: ["Formats", "Notebook", "TestSupport", arguments]),
    .testTarget(
      name: "ChapterTests",
      dependencies: [
        "Datasets", "Deterministic", "Diffusion", "Formats", "Networks", "Notebook", "Tensors", "TestSupport",
        "Training", "chapter1", "chapter2", "chapter3", "chapter4", "chapter5", "chapter6", "chapter7",
        "weave",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
