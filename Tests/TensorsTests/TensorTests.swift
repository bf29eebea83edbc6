import Kernels
import Tensors
import Stops
import Testing

@Suite("Tensor")
struct TensorTests {
  @Test("counts its numbers with the last dimension running fastest")
  func order() {
    let x = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(x[0, 0, 0] == 0)
    #expect(x[0, 0, 3] == 3)
    #expect(x[1, 2, 3] == 23)
    #expect(x[1, 0, 2] == 14)
    #expect(x.count == 24)
    #expect(x.rowCount == 2)
    #expect(x.reshaped([4, 6])[2, 1] == 13)
    #expect(x.rows(1..<2).values == (12..<24).map(Float.init))
    #expect(
      Tensor(rowsOf: [x.rows(1..<2), x.rows(0..<1)]).values == (12..<24).map(Float.init)
        + (0..<12).map(Float.init))
  }

  @Test("is made of a number, of an array, of one number everywhere")
  func making() {
    #expect(Tensor(3).shape == [])
    #expect(Tensor(3).value == 3)
    #expect(Tensor([1, 2]).shape == [2])
    #expect(Tensor(repeating: 7, shape: [2, 2]).values == [7, 7, 7, 7])
    #expect(Tensor.zeros([3]).values == [0, 0, 0])
    #expect(Tensor.zeros([0, 3]).values == [])
  }

  @Test("is made row by row, rounded to Float")
  func rowByRow() {
    let x = Tensor(rows: 3, of: [2, 2]) { row in (0..<4).map { Double(10 * row + $0) + 1e-9 } }
    #expect(x.shape == [3, 2, 2])
    #expect(x.values == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23].map { Float(Double($0) + 1e-9) })
    #expect(Tensor(rows: 0, of: [2]) { _ in [1, 2] }.shape == [0, 2])
  }

  @Test(
    "combines rows with factors of their own, to the bits of the operators",
    arguments: [1, 2, 15, 16, 17, 40], [1, 3, 500])
  func combiningRows(columns: Int, rows: Int) {
    func drawn(_ first: Int) -> Tensor {
      Tensor(
        (0..<rows * columns).map { Float(($0 * 7919 + first) % 1000) / 37 - 11 }, shape: [rows, columns])
    }
    let x = drawn(3), y = drawn(501)
    let a = (0..<rows).map { 1 / Double($0 + 3) }, b = (0..<rows).map { 0.9 - 0.001 * Double($0) }
    let found = Tensor.combiningRows(a, x, b, y)
    let expected = (0..<rows).map { row in
      a[row] * x.rows(row..<row + 1) + b[row] * y.rows(row..<row + 1)
    }
    #expect(found.shape == [rows, columns])
    #expect(found.values == Tensor(rowsOf: expected).values)
    #expect(!Tensor.combiningRows(a, x.tracked(), b, y).isTracked)
  }

  @Test("knows whether all its numbers are finite")
  func finite() {
    #expect(Tensor([1, 2, 3]).isFinite)
    for bad in [Float.nan, .infinity, -.infinity] { #expect(!Tensor([1, bad, 3]).isFinite) }
  }

  @Test("misused stops the program with a message that names the shapes", arguments: Misuse.allCases)
  func misuse(case misuse: Misuse) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [misuse] in
      misuse.happen()
    }
    stopped(result, saying: misuse.message)
  }
}

/// What a program must not do with tensors.
enum Misuse: String, CaseIterable, Codable, Sendable {
  case wrongCount, sum, product, distance, combination, matrixProduct, notMatrices
  case linear, convolution, residual, notImages
  case groups, attention, heads, label, concatenation, pixels, rows, rowsOf, reshaped, value, element
  case noDirection, wrongDirection, notTracked

  func happen() {
    let x = Tensor.zeros([2, 3]), y = Tensor.zeros([3, 2]), image = Tensor.zeros([1, 4, 4, 6])
    let tracked = x.tracked()
    switch self {
    case .wrongCount: _ = Tensor([1, 2, 3], shape: [2, 2])
    case .sum: _ = x + y
    case .product: _ = x * y
    case .distance: _ = x.squaredDistance(to: y)
    case .combination: _ = Tensor.combining(1, x, 1, y)
    case .matrixProduct: _ = x.matrixProduct(x)
    case .notMatrices: _ = image.matrixProduct(x)
    case .linear: _ = x.linear(.zeros([5, 4]))
    case .convolution: _ = image.convolution(.zeros([1, 5, 3, 3]))
    case .residual: _ = image.convolution(.zeros([5, 6, 3, 3]), plusImages: image)
    case .notImages: _ = x.upsampled()
    case .groups:
      _ = image.groupNorm(groups: 4, scale: .zeros([6]), shift: .zeros([6]), epsilon: 0, silu: false)
    case .attention:
      _ = Tensor.attention(
        query: .zeros([1, 2, 4]), key: .zeros([1, 3, 4]), value: .zeros([1, 2, 4]), heads: 1)
    case .heads:
      let q = Tensor.zeros([1, 2, 4])
      _ = Tensor.attention(query: q, key: q, value: q, heads: 3)
    case .label: _ = x.crossEntropy(labels: [0, 3])
    case .concatenation: _ = x.concatenatedChannels(y)
    case .pixels: _ = image.addingToPixels(.zeros([2, 6]))
    case .rows: _ = x.rows(1..<3)
    case .rowsOf: _ = Tensor(rowsOf: [x, y])
    case .reshaped: _ = x.reshaped([4])
    case .value: _ = x.value
    case .element: _ = x[1, 3]
    case .noDirection: _ = (2 * tracked).gradients(at: [tracked])
    case .wrongDirection: _ = (2 * tracked).gradients(at: [tracked], direction: y)
    case .notTracked: _ = (2 * tracked).sum().gradients(at: [x])
    }
  }

  var message: String {
    switch self {
    case .wrongCount: "a tensor of shape [2, 2] does not have 3 numbers"
    case .sum: "+: shapes [2, 3] and [3, 2]"
    case .product: "*: shapes [2, 3] and [3, 2]"
    case .distance: "squaredDistance: shapes [2, 3] and [3, 2]"
    case .combination: "combining: shapes [2, 3] and [3, 2]"
    case .matrixProduct: "matrixProduct: shapes [2, 3] and [2, 3]"
    case .notMatrices: "matrixProduct: expected [rows, columns], found [1, 4, 4, 6]"
    case .linear: "linear: 4 inputs wanted, the tensor has [2, 3]"
    case .convolution: "convolution: weights [1, 5, 3, 3] for images [1, 4, 4, 6]"
    case .residual: "convolution: nothing, nothing, [1, 4, 4, 6] added to [1, 2, 2, 5]"
    case .notImages: "upsampled: expected [B, H, W, C], found [2, 3]"
    case .groups: "groupNorm: 4 groups and scale [6] for [1, 4, 4, 6]"
    case .attention: "attention: shapes [1, 2, 4] and [1, 3, 4]"
    case .heads: "attention: 3 heads for [1, 2, 4]"
    case .label: "crossEntropy: 2 labels for logits [2, 3]"
    case .concatenation: "concatenatedChannels: shapes [2, 3] and [3, 2]"
    case .pixels: "addingToPixels: vectors [2, 6] for [1, 4, 4, 6]"
    case .rows: "rows 1..<3 of a tensor of shape [2, 3]"
    case .rowsOf: "rows of tensors of shapes [[2, 3], [3, 2]]"
    case .reshaped: "a tensor of shape [4] does not have 6 numbers"
    case .value: "a tensor of shape [2, 3] is not a single number"
    case .element: "no element [1, 3] in a tensor of shape [2, 3]"
    case .noDirection: "need a direction; its shape is [2, 3]"
    case .wrongDirection: "shapes [2, 3] and [3, 2]"
    case .notTracked: "a gradient at a tensor that is not tracked"
    }
  }
}
