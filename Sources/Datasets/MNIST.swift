import Files
import Formats
import Foundation
import Samples

/// The handwritten digits of MNIST (LeCun, Cortes, Burges 1998), read from its unpacked IDX files.
///
/// ```swift
/// let mnist = try MNIST(.test)
/// let (picture, answer) = (mnist.image(0), mnist.label(0))
/// ```
package struct MNIST: Sendable {
  /// One of the two halves of the data.
  package enum Part: String, Sendable, CaseIterable {
    /// The 60,000 images to learn from.
    case train
    /// The 10,000 images to be judged by, of other writers.
    case test = "t10k"

    /// The file of the images.
    package var imagesFile: String { "\(rawValue)-images-idx3-ubyte" }
    /// The file of the labels.
    package var labelsFile: String { "\(rawValue)-labels-idx1-ubyte" }
  }

  /// The number of rows and of columns of a picture.
  package static let size = 28

  /// The folder that holds the four files: what the environment variable `MNIST_DIR` names, else (unset or
  /// empty, as for a shell's `${MNIST_DIR:-data/mnist}`) `data/mnist`.
  package static var directory: String {
    let named = ProcessInfo.processInfo.environment["MNIST_DIR"] ?? ""
    return named.isEmpty ? "data/mnist" : named
  }

  private let levels: [UInt8]
  private let labels: [UInt8]

  /// Reads a part, and refuses one of too few images.
  ///
  /// - Parameters:
  ///   - part: Which part.
  ///   - count: How many images are needed.
  /// - Throws: A failure that names the file, as for reading any part.
  package init(_ part: Part, atLeast count: Int) throws(FileFailure) {
    self = try MNIST(part)
    guard self.count >= count else {
      throw FileFailure(
        file: "\(MNIST.directory)/\(part.imagesFile)", at: .byte(4), expected: "\(count) pictures or more",
        found: "\(self.count)")
    }
  }

  /// Reads the images and the labels of a part.
  ///
  /// - Parameters:
  ///   - part: Which part.
  ///   - directory: The folder of the files.
  /// - Throws: A failure that names the file, when one is missing, is not an IDX file, has images that are not
  ///   28 × 28, labels that are not 0…9, or not one label for each image.
  package init(_ part: Part, directory: String = MNIST.directory) throws(FileFailure) {
    let imagesPath = "\(directory)/\(part.imagesFile)"
    let labelsPath = "\(directory)/\(part.labelsFile)"
    let images = try MNIST.read(imagesPath, in: directory)
    let labels = try MNIST.read(labelsPath, in: directory)

    // In an IDX file byte 3 counts the dimensions, which follow in four bytes each.
    guard images.dimensions.count == 3 else {
      throw FileFailure(
        file: imagesPath, at: .byte(3), expected: "3 dimensions (images, rows, columns)",
        found: "\(images.dimensions.count)")
    }
    guard images.dimensions[1] == MNIST.size, images.dimensions[2] == MNIST.size else {
      throw FileFailure(
        file: imagesPath, at: .byte(8), expected: "images of 28 x 28",
        found: "\(images.dimensions[1]) x \(images.dimensions[2])")
    }
    guard labels.dimensions.count == 1 else {
      throw FileFailure(
        file: labelsPath, at: .byte(3), expected: "1 dimension (labels)", found: "\(labels.dimensions.count)")
    }
    guard labels.dimensions[0] == images.dimensions[0] else {
      throw FileFailure(
        file: labelsPath, at: .byte(4), expected: "a label for each image, \(images.dimensions[0])",
        found: "\(labels.dimensions[0])")
    }
    if let i = labels.elements.firstIndex(where: { $0 > 9 }) {
      throw FileFailure(
        file: labelsPath, at: .byte(8 + i), expected: "a label in 0…9", found: "\(labels.elements[i])")
    }
    levels = images.elements
    self.labels = labels.elements
  }

  private static func read(_ path: String, in directory: String) throws(FileFailure) -> IDX {
    guard FileManager.default.fileExists(atPath: path) else {
      let hasDirectory = FileManager.default.fileExists(atPath: directory)
      throw FileFailure(
        file: hasDirectory ? path : directory, at: .whole,
        expected: "MNIST's unpacked files (run `make mnist`, or name their folder in MNIST_DIR)",
        found: hasDirectory ? "no such file" : "no such folder")
    }
    return try IDX.read(path)
  }

  /// The number of images.
  package var count: Int { labels.count }

  /// Image number `index`: 28 × 28 values k / 127.5 − 1 in [−1, 1], white ink on black.
  ///
  /// - Parameter index: 0 or more, less than `count`.
  /// - Returns: The image.
  package func image(_ index: Int) -> Image {
    requireIndex(index)
    let area = MNIST.size * MNIST.size
    return Image(
      height: MNIST.size, width: MNIST.size, levels: levels[index * area..<(index + 1) * area])
  }

  /// The digit 0…9 that image number `index` shows.
  ///
  /// - Parameter index: 0 or more, less than `count`.
  /// - Returns: The digit.
  package func label(_ index: Int) -> Int {
    requireIndex(index)
    return Int(labels[index])
  }

  private func requireIndex(_ index: Int) {
    guard labels.indices.contains(index) else {
      fatalError("MNIST's images here are numbered 0…\(count - 1); there is no number \(index)")
    }
  }
}
