// swift-tools-version: 6.2
import PackageDescription

/// A chapter: an executable whose `main.swift` is the page itself.
func chapter(_ number: Int, uses modules: [Target.Dependency]) -> Target {
  .executableTarget(
    name: "chapter\(number)",
    dependencies: modules,
    path: "Chapters/Chapter\(number)",
    sources: ["main.swift"]
  )
}

let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "DiffusionByHand",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // The rooms. Each imports only what stands above it.
    .target(name: "Deterministic"),
    .target(name: "Diffusion", dependencies: ["Deterministic"]),
    .target(name: "Formats"),
    .target(name: "Kernels"),
    .target(name: "Datasets", dependencies: ["Deterministic", "Diffusion", "Formats"]),
    .target(name: "Evaluation", dependencies: ["Deterministic"]),
    .target(name: "Notebook", dependencies: ["Formats", arguments]),
    .executableTarget(name: "weave", dependencies: ["Formats", "Notebook", arguments]),

    // The book.
    chapter(1, uses: ["Deterministic", "Diffusion", "Kernels", "Formats", "Notebook", arguments]),
    chapter(
      2,
      uses: [
        "Deterministic", "Diffusion", "Kernels", "Datasets", "Evaluation", "Formats", "Notebook", arguments,
      ]),
    chapter(3, uses: ["Deterministic", "Diffusion", "Datasets", "Formats", "Notebook", arguments]),

    .testTarget(
      name: "DeterministicTests", dependencies: ["Deterministic"], exclude: ["Fixtures"]),
    .testTarget(
      name: "DiffusionTests", dependencies: ["Deterministic", "Diffusion"], exclude: ["Fixtures"]),
    .testTarget(name: "FormatsTests", dependencies: ["Formats"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Deterministic", "Formats"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Deterministic", "Evaluation"]),
    .testTarget(name: "NotebookTests", dependencies: ["Formats", "Notebook"]),
    .testTarget(
      name: "ChapterTests", dependencies: ["Formats", "chapter1", "chapter2", "chapter3", "weave"]),
  ],
  swiftLanguageModes: [.v6]
)
