// swift-tools-version: 6.2
import Foundation
import PackageDescription

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

/// A module of `Sources`.
func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = [],
  links linkerSettings: [LinkerSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: settings,
    linkerSettings: linkerSettings)
}

/// Tests that compute little themselves, compiled without optimization, in half the time; what they test is optimized.
func plainTests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude,
    swiftSettings: [.unsafeFlags(["-Onone", "-gnone"])])
}

/// A program of `Sources`.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, exclude: ["README.md"])
}

// MARK: - The book

/// A chapter: an executable whose `main.swift` is the page itself.
func chapter(_ number: Int, uses modules: [Target.Dependency]) -> Target {
  .executableTarget(
    name: "chapter\(number)", dependencies: modules, path: "Chapters/Chapter\(number)",
    exclude: ["README.md", "SOLUTIONS.md", "about.md", "figures"])
}

let formulas: [Target.Dependency] = [
  "Deterministic", "Diffusion", "Files", "Formats", "Statistics", "Threads", "Console", "Notebook", arguments,
]
let networks: [Target.Dependency] =
  formulas + ["Samples", "Tensors", "Networks", "Datasets", "Denoisers", "Models", "Training"]

/// The one list of the book's chapters, in order: Makefile, tools, pages and tests read it (Tools/chapters.sh).
let chapters = [
  chapter(1, uses: formulas + ["Samples", "Datasets"]),
  chapter(2, uses: formulas + ["Samples", "Datasets"]),
  chapter(3, uses: formulas + ["Samples"]),
  chapter(4, uses: networks),
  chapter(5, uses: networks),
  chapter(6, uses: networks + ["Evaluation"]),
  chapter(7, uses: networks),
  chapter(8, uses: networks),
  chapter(11, uses: networks),
]

/// All that a training imports: what most tests of the upper rooms use.
let upToTraining: [Target.Dependency] = [
  "Deterministic", "Diffusion", "Samples", "Files", "Formats", "Datasets", "Threads", "Tensors", "Networks",
  "Denoisers", "Models", "Training",
]

let package = Package(
  name: "DiffusionByHand",
  platforms: [.macOS(.v26)],
  products: [
    // The formulas alone, which build in seconds.
    .library(name: "Diffusion", targets: ["Deterministic", "Diffusion"]),
    // With the networks: what the package of benchmarks uses.
    .library(
      name: "Engine", targets: ["Deterministic", "Diffusion", "Threads", "Kernels", "Tensors", "Networks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // The rooms. Each imports only what stands above it.
    room("Deterministic"),
    room("Threads"),
    room("Statistics", ["Deterministic"]),
    // Rounding is the C library's where Foundation does not bring that along.
    room("Diffusion", ["Deterministic"], links: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    room("Samples", ["Deterministic", "Diffusion"]),
    room("Files"),
    room("Formats", ["Files"]),
    room("Datasets", ["Deterministic", "Samples", "Files", "Formats"]),
    .systemLibrary(name: "Prefetch"),
    .target(name: "Processor", cSettings: kernelSettings.c),
    room("Kernels", ["Threads", "Prefetch", "Processor"], settings: kernelSettings.swift),
    room("Tensors", ["Deterministic", "Diffusion", "Threads", "Kernels"]),
    room("Networks", ["Deterministic", "Tensors"]),
    room("Denoisers", ["Deterministic", "Diffusion", "Samples", "Threads", "Tensors", "Networks"]),
    room(
      "Models",
      ["Deterministic", "Diffusion", "Files", "Formats", "Threads", "Tensors", "Networks", "Denoisers"]),
    room(
      "Training",
      [
        "Deterministic", "Diffusion", "Samples", "Files", "Formats", "Datasets", "Threads", "Tensors",
        "Networks", "Denoisers", "Models",
      ]),
    room(
      "Evaluation",
      [
        "Deterministic", "Statistics", "Diffusion", "Files", "Formats", "Threads", "Tensors", "Networks",
        "Denoisers", "Models", "Training",
      ]),
    room("Console", ["Files", "Formats", arguments]),
    room("Notebook", ["Deterministic", "Files", "Formats", "Console", arguments]),

    // The programs beside the chapters.
    program("weave", ["Files", "Formats", "Console", "Notebook", arguments]),
    program("ddpm", networks + ["Evaluation"]),
    program("bind", ["Datasets", "Files", "Formats", "Networks", "Models", "Console", arguments]),

    // What `make same-bits` runs.
    .target(
      name: "SameBits", dependencies: ["Kernels"], path: "Tests/SameBits", exclude: ["expected.txt"]),
    .target(name: "Worked", dependencies: ["Deterministic", "Diffusion"], path: "Tests/Worked"),
    .executableTarget(
      name: "same-bits",
      dependencies: [
        "Deterministic", "Diffusion", "Kernels", "Networks", "SameBits", "Tensors", "Threads", "Worked",
      ],
      path: "Tests/SameBitsProgram"),

    // What `make torture` runs.
    .executableTarget(
      name: "torture",
      dependencies: [
        "Datasets", "Denoisers", "Deterministic", "Diffusion", "Files", "Formats", "Models", "Networks",
        "TestSupport",
        "Training",
      ],
      path: "Tests/Torture",
      exclude: [
        "faults.c", "faults.py", "kills.py", "options.py", "pgm_agree.py", "requirements.txt",
        "safetensors_agree.py",
        "trials.py",
      ]),

    .target(name: "Stops", path: "Tests/Stops"),
    .target(
      name: "TestSupport", dependencies: ["Deterministic", "Files", "Formats", "Statistics"],
      path: "Tests/TestSupport"),
    plainTests("DeterministicTests", ["Deterministic"], exclude: ["Fixtures"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Deterministic", "Statistics", "Stops", "TestSupport"]),
    .testTarget(
      name: "DiffusionTests", dependencies: ["Deterministic", "Diffusion", "Statistics", "Stops"],
      exclude: ["Fixtures"]),
    plainTests("FilesTests", ["Files", "Formats", "Stops", "TestSupport"]),
    plainTests("FormatsTests", ["Files", "Formats", "Stops", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "KernelsTests", dependencies: ["Deterministic", "Kernels", "Stops", "TestSupport", "Threads"]),
    .testTarget(name: "ThreadsTests", dependencies: ["Stops", "TestSupport", "Threads"]),
    plainTests(
      "TensorsTests", ["Deterministic", "Diffusion", "Kernels", "Tensors", "Stops", "TestSupport", "Threads"]),
    plainTests(
      "NetworksTests",
      [
        "Deterministic", "Diffusion", "Files", "Formats", "Models", "Networks", "Tensors", "Stops",
        "TestSupport", "Threads",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Deterministic", "Files", "Formats", "Samples", "TestSupport"]),
    plainTests(
      "TrainingTests", upToTraining + ["Statistics", "Stops", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: upToTraining + ["Evaluation", "Statistics", "Stops", "TestSupport"],
      exclude: ["Fixtures"]),
    // The solutions of the exercises, each a test.
    plainTests("ExerciseTests", upToTraining + ["Evaluation", "Statistics"]),
    plainTests(
      "NotebookTests",
      ["Deterministic", "Files", "Formats", "Console", "Notebook", "Stops", "TestSupport", arguments]),
    plainTests(
      "ChapterTests",
      upToTraining + ["Console", "Notebook", "TestSupport", "ddpm", "weave"]
        + chapters.map { .byName(name: $0.name) }),
  ] + chapters,
  swiftLanguageModes: [.v6]
)
