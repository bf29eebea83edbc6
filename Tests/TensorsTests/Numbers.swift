import Deterministic

/// Doubles with a shape, and the operations of tensors as plain loops over them: what the fast ones are held against.
struct Numbers {
  var shape: [Int]
  var values: [Double]

  init(_ shape: [Int], _ values: [Double]) { (self.shape, self.values) = (shape, values) }

  /// Numbers of a shape, computed one by one.
  init(_ shape: [Int], _ value: (Int) -> Double) {
    self.init(shape, (0..<shape.reduce(1, *)).map(value))
  }

  var count: Int { values.count }

  func map(_ f: (Double) -> Double) -> Numbers { Numbers(shape, values.map(f)) }

  func with(_ other: Numbers, _ f: (Double, Double) -> Double) -> Numbers {
    Numbers(shape, zip(values, other.values).map(f))
  }

  /// A single number: the sum of all.
  func sum() -> Numbers { Numbers([], [values.reduce(0, +)]) }

  /// The rows of a matrix of so many columns.
  func rows(_ columns: Int) -> [ArraySlice<Double>] {
    stride(from: 0, to: count, by: columns).map { values[$0..<$0 + columns] }
  }
}

// MARK: - Layers

extension Numbers {
  func matrixProduct(_ other: Numbers) -> Numbers {
    let (terms, columns) = (shape[1], other.shape[1])
    return Numbers([shape[0], columns]) { place in
      let (i, j) = (place / columns, place % columns)
      var sum = 0.0
      for k in 0..<terms { sum += values[i * terms + k] * other.values[k * columns + j] }
      return sum
    }
  }

  func linear(_ weight: Numbers, _ bias: Numbers?) -> Numbers {
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    return Numbers(shape.dropLast() + [outputs]) { place in
      let (row, o) = (place / outputs, place % outputs)
      var sum = bias?.values[o] ?? 0
      for c in 0..<inputs { sum += values[row * inputs + c] * weight.values[o * inputs + c] }
      return sum
    }
  }

  func convolution(
    _ weight: Numbers, _ bias: Numbers?, stride: Int, top: Int, left: Int, bottom: Int, right: Int
  ) -> Numbers {
    let (height, width, inputs) = (shape[1], shape[2], shape[3])
    let (outputs, kernel) = (weight.shape[0], weight.shape[2])
    let rows = (top + height + bottom - kernel) / stride + 1
    let columns = (left + width + right - kernel) / stride + 1
    return Numbers([shape[0], rows, columns, outputs]) { place in
      let (b, i) = (place / (rows * columns * outputs), place / (columns * outputs) % rows)
      let (j, o) = (place / outputs % columns, place % outputs)
      var sum = bias?.values[o] ?? 0
      for u in 0..<kernel {
        for v in 0..<kernel {
          let (row, column) = (i * stride + u - top, j * stride + v - left)
          guard row >= 0, row < height, column >= 0, column < width else { continue }
          let x = ((b * height + row) * width + column) * inputs
          let w = (o * inputs * kernel + u) * kernel + v
          for c in 0..<inputs { sum += values[x + c] * weight.values[w + c * kernel * kernel] }
        }
      }
      return sum
    }
  }

  func groupNorm(_ scale: Numbers, _ shift: Numbers, groups: Int, epsilon: Double, silu: Bool) -> Numbers {
    let channels = scale.count, width = channels / groups, sample = count / max(1, shape[0])
    var result = self
    for b in 0..<shape[0] {
      for group in 0..<groups {
        let places = (b * sample..<(b + 1) * sample).filter { $0 % channels / width == group }
        let mean = places.reduce(0) { $0 + values[$1] } / Double(places.count)
        let squares = places.map { (values[$0] - mean) * (values[$0] - mean) }
        let deviation = (squares.reduce(0, +) / Double(places.count) + epsilon).squareRoot()
        for place in places {
          let c = place % channels
          let y = (values[place] - mean) / deviation * scale.values[c] + shift.values[c]
          result.values[place] = silu ? y / (1 + exp(-y)) : y
        }
      }
    }
    return result
  }

  func softmax() -> Numbers {
    Numbers(
      shape,
      rows(shape[shape.count - 1]).flatMap { row in
        let powers = row.map(exp), sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
      })
  }

  static func attention(_ query: Numbers, _ key: Numbers, _ value: Numbers, heads: Int) -> Numbers {
    let (batch, positions, channels) = (query.shape[0], query.shape[1], query.shape[2])
    let width = channels / heads
    var result = Numbers(query.shape) { _ in 0 }
    for b in 0..<batch {
      for columns in (0..<heads).map({ $0 * width..<($0 + 1) * width }) {
        let first = b * positions * channels
        for i in 0..<positions {
          let scores = Numbers([positions]) { j in
            var sum = 0.0
            for c in columns {
              sum += query.values[first + i * channels + c] * key.values[first + j * channels + c]
            }
            return sum / Double(width).squareRoot()
          }
          for (j, weight) in scores.softmax().values.enumerated() {
            for c in columns {
              result.values[first + i * channels + c] += weight * value.values[first + j * channels + c]
            }
          }
        }
      }
    }
    return result
  }

  func crossEntropy(_ labels: [Int]) -> Numbers {
    let losses = zip(rows(shape[1]), labels).map { row, label in
      log(row.reduce(0) { $0 + exp($1) }) - row[row.startIndex + label]
    }
    return Numbers([], [losses.reduce(0, +) / Double(labels.count)])
  }
}

// MARK: - Images

extension Numbers {
  /// Images [batch, height, width, channels] of so many pixels, computed one by one.
  private func images(
    _ height: Int, _ width: Int, _ value: (_ b: Int, _ i: Int, _ j: Int, _ c: Int) -> Double
  ) -> Numbers {
    let channels = shape[3]
    return Numbers([shape[0], height, width, channels]) { place in
      value(
        place / (height * width * channels), place / (width * channels) % height, place / channels % width,
        place % channels)
    }
  }

  private func pixel(_ b: Int, _ i: Int, _ j: Int, _ c: Int) -> Double {
    values[((b * shape[1] + i) * shape[2] + j) * shape[3] + c]
  }

  func upsampled() -> Numbers {
    images(2 * shape[1], 2 * shape[2]) { b, i, j, c in pixel(b, i / 2, j / 2, c) }
  }

  func maxPooled() -> Numbers {
    images(shape[1] / 2, shape[2] / 2) { b, i, j, c in
      max(
        pixel(b, 2 * i, 2 * j, c), pixel(b, 2 * i, 2 * j + 1, c), pixel(b, 2 * i + 1, 2 * j, c),
        pixel(b, 2 * i + 1, 2 * j + 1, c))
    }
  }

  func channelsFirst() -> Numbers {
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    return Numbers([shape[0], channels, height, width]) { place in
      let (pixel, image) = (place % (height * width), place / (height * width))
      return self.pixel(image / channels, pixel / width, pixel % width, image % channels)
    }
  }

  func channelsLast() -> Numbers {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    return Numbers([shape[0], height, width, channels]) { place in
      let (pixel, c) = (place / channels, place % channels)
      let (b, i, j) = (pixel / width / height, pixel / width % height, pixel % width)
      return values[((b * channels + c) * height + i) * width + j]
    }
  }

  func concatenatedChannels(_ other: Numbers) -> Numbers {
    let own = shape[shape.count - 1], others = other.shape[other.shape.count - 1]
    return Numbers(
      shape.dropLast() + [own + others], zip(rows(own), other.rows(others)).flatMap { $0.0 + $0.1 })
  }

  func addingToPixels(_ vector: Numbers) -> Numbers {
    let channels = vector.shape[1], sample = count / max(1, vector.shape[0])
    return Numbers(shape) { values[$0] + vector.values[$0 / sample * channels + $0 % channels] }
  }
}
