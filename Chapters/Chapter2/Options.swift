import ArgumentParser
import Console
import Datasets
import Diffusion
import Files
import Formats
import Notebook
import Samples

/// Where the digit comes from.
enum DigitSource: String, CaseIterable, ExpressibleByArgument { case drawn, mnist }

/// The options of the chapter: those that every chapter has, the digit, and the demonstration.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter2", abstract: "Chapter 2: closed-form noising.")

  @Option(help: "Where the digit comes from: drawn (synthetic), or mnist (after `make mnist`).")
  var dataset = DigitSource.drawn

  @Option(parsing: .unconditional, help: "Which digit of it, counted from 0.")
  var index = 34

  @Option(help: "The image of the demonstration: portrait, mondrian or a PGM file.")
  var image = "portrait"

  @Option(parsing: .unconditional, help: "Steps of the demonstration, 5 to 50.")
  var steps = 30

  @Option(parsing: .unconditional, help: "Multiplier of β in the demonstration, above 0, at most 10.")
  var multiplier = 1.0

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    try require("--index", index, in: 0...59_999)
    try require("--steps", steps, in: 5...50)
    guard multiplier > 0, multiplier <= 10 else {
      throw ValidationError("--multiplier: expected a number above 0, at most 10, found \(multiplier)")
    }
    try require("--steps \(steps) --multiplier \(multiplier)", toAllow: demonstration)
  }

  /// The schedule of the demonstration.
  func demonstration() throws -> NoiseSchedule {
    try .demonstration(stepCount: steps, multiplier: multiplier)
  }

  /// The digit to noise; of MNIST, one that the files have.
  func digit() throws -> Image {
    guard dataset == .mnist else { return DrawnDigits(seed: common.seed).image(index) }
    let mnist = try MNIST(.train)
    try require("--index", index, in: 0...mnist.count - 1)
    return mnist.image(index)
  }

  /// The image of the demonstration, 128 × 128.
  func chosenImage() throws -> Image {
    if let known = Picture(rawValue: image) { return known.image }
    return Image(try PGM.read(image)).squared(to: 128)
  }

  /// Whether these options, the common ones aside, give other results than the committed ones.
  var changeResults: Bool {
    (dataset, index, image, steps, multiplier) != (.drawn, 34, "portrait", 30, 1)
  }
}
