import Datasets
import Formats
import Foundation
import TestSupport

/// How many pictures of each part `writeDigits` writes: as few as the judge is content with, and enough to have a hundredth.
let (trainDigits, testDigits) = (5000, 250)

extension Scratch {
  /// Writes drawn digits as MNIST's files: 400 different ones of each part, which are then repeated, for it takes time to
  /// draw them.
  func writeDigits(train: Int = trainDigits, test: Int = testDigits) throws {
    for (part, first, count) in [(MNIST.Part.train, 0, train), (.test, 100_000, test)] {
      let digits = DrawnDigits(seed: 4)
      let numbers = first..<first + min(count, 400)
      let pictures = numbers.map { digits.image($0).pgm.levels.map { UInt8($0) } }
      let labels = numbers.map { UInt8(digits.label($0)) }
      let places = (0..<count).map { $0 % numbers.count }
      try IDX(dimensions: [count, 28, 28], elements: places.flatMap { pictures[$0] })
        .write(to: self("mnist/\(part.imagesFile)"))
      try IDX(dimensions: [count], elements: places.map { labels[$0] })
        .write(to: self("mnist/\(part.labelsFile)"))
    }
  }

  /// Runs the judge.
  func judge(_ arguments: [String], model: String = "model") throws -> Ended {
    try run(
      ddpm: ["judge", "--model", model] + arguments, in: path,
      environment: ["MNIST_DIR": self("mnist")])
  }
}
