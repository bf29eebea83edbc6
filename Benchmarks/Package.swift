// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// The loop that measures the machine's peak is compiled as the engine's kernels are; see KERNELS_MARCH there.
let peakSettings: [SwiftSetting] = {
  var flags = ["-Ounchecked"]
  #if arch(x86_64)
  let march = ProcessInfo.processInfo.environment["KERNELS_MARCH"] ?? "native"
  if march != "none" { flags += ["-Xcc", "-march=\(march)"] }
  #endif
  return [.unsafeFlags(flags)]
}()

let engine: Target.Dependency = .product(name: "Engine", package: "DiffusionByHand")

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "DiffusionByHand", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    // The kernels' works, the machine's peak, and a stopwatch.
    .target(name: "Workloads", dependencies: [engine], swiftSettings: peakSettings),
    // The table of GFLOP/s.
    .executableTarget(name: "kernel-speed", dependencies: ["Workloads", engine]),
    // The same works for `swift package benchmark`, which takes every target directly below a folder "Benchmarks".
    .executableTarget(
      name: "KernelTimes",
      dependencies: ["Workloads", engine, .product(name: "Benchmark", package: "benchmark")],
      path: "Kernels",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    ),
    // The engine's side of the comparison with PyTorch.
    .executableTarget(name: "engine", dependencies: [engine]),
  ],
  swiftLanguageModes: [.v6]
)
