import Datasets
import Deterministic
import Formats
import Samples
import Synchronization
import Tensors

/// A finite list of pictures, which training sees epoch after epoch: each epoch shows every picture once, in an order of
/// its own.
///
/// Position p belongs to epoch ⌊p / count⌋. The order of an epoch is a function of the seed and the epoch's number.
///
/// ```swift
/// let mnist = try MNIST(.train)
/// let data = ImageSet((0..<mnist.count).lazy.map(mnist.image), random: RandomNumbers(seed: 2020))
/// ```
package struct ImageSet: TrainingData {
  /// The number of pictures, which is the number of positions of an epoch.
  package let count: Int
  /// The shape of a sample: [height, width, 1].
  package let rowShape: [Int]
  private let pixels: [Float]
  private let random: RandomNumbers
  /// The order of the epoch that was asked for last: shuffling 60,000 numbers takes as long as a small network's step.
  private let lastOrder = LastOrder()

  /// Takes the pictures in.
  ///
  /// - Parameters:
  ///   - images: One or more, of equal size.
  ///   - random: The random numbers of a seed.
  package init(_ images: some Collection<Image>, random: RandomNumbers) {
    guard let first = images.first else { fatalError("ImageSet: no pictures") }
    var pixels: [Float] = []
    pixels.reserveCapacity(images.count * first.dimension)
    for (number, image) in images.enumerated() {
      guard image.height == first.height, image.width == first.width else {
        fatalError(
          "ImageSet: picture \(number) is \(image.height) × \(image.width), the first is "
            + "\(first.height) × \(first.width)")
      }
      for value in image.pixels { pixels.append(Float(value)) }
    }
    count = images.count
    rowShape = [first.height, first.width, 1]
    self.pixels = pixels
    self.random = random
  }

  /// The number of different samples: `count`.
  package var sampleCount: Int? { count }

  /// The number of the pictures, their shape and a digest of their pixels in the order given.
  package var identity: JSON {
    [
      "pictures": JSON(count), "shape": JSON(rowShape.map { JSON($0) }),
      "digest": JSON(hexadecimal(digest(of: pixels))),
    ]
  }

  /// The numbers of the pictures in the order in which an epoch shows them: a permutation of 0 ..< count.
  ///
  /// Fisher and Yates' shuffle with the uniforms of purpose `.order`, the epoch standing at the step: from the last
  /// place to the second, the picture at place i changes places with the one at ⌊u_i (i + 1)⌋.
  ///
  /// - Parameter epoch: The epoch, from 0.
  package func order(ofEpoch epoch: Int) -> [Int] { lastOrder.of(epoch, made: shuffled) }

  private func shuffled(forEpoch epoch: Int) -> [Int] {
    var order = Array(0..<count)
    let draws = random[.order].uniforms(step: epoch, count: count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(place, Int(draws[place] * Double(place + 1)))
    }
    return order
  }

  /// The pictures at some positions, which may lie in several epochs.
  package func rows(_ positions: Range<Int>) -> Tensor {
    let length = pixels.count / count
    var numbers: [Float] = []
    numbers.reserveCapacity(positions.count * length)
    var epoch = -1, order: [Int] = []
    for position in positions {
      if position / count != epoch {
        epoch = position / count
        order = self.order(ofEpoch: epoch)
      }
      let first = order[position % count] * length
      numbers += pixels[first..<first + length]
    }
    return Tensor(numbers, shape: [positions.count] + rowShape)
  }
}

/// The order of an epoch, kept until that of another is asked for.
private final class LastOrder: Sendable {
  private let kept = Mutex<(epoch: Int, order: [Int])?>(nil)

  func of(_ epoch: Int, made make: (_ epoch: Int) -> [Int]) -> [Int] {
    kept.withLock { kept in
      if let kept, kept.epoch == epoch { return kept.order }
      let order = make(epoch)
      kept = (epoch, order)
      return order
    }
  }
}
