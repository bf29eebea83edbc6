import Datasets
import Samples
import Tensors
import Stops
import Testing

@Suite("A picture of a tensor")
struct TensorImageTests {
  @Test("is its row, pixel by pixel")
  func row() {
    let digits = DrawnDigits(seed: 1)
    let tensor = Tensor(rows: 3, of: [28, 28, 1]) { digits.image($0).pixels }
    for row in 0..<3 {
      #expect(tensor.image(row) == digits.image(row).map { Double(Float($0)) })
    }
    let oblong = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], shape: [2, 2, 3, 1])
    #expect(oblong.image(1) == Image(height: 2, width: 3, pixels: [7, 8, 9, 10, 11, 12]))
  }

  @Test("stops for a row that there is not, and for what is not gray pictures")
  func stops() async {
    let past = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3, 4, 1]).image(2)
    }
    stopped(past, saying: "image: row 2 of a tensor of the shape [2, 3, 4, 1]")
    let color = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3, 4, 3]).image(0)
    }
    stopped(color, saying: "image: row 0 of a tensor of the shape [2, 3, 4, 3]")
  }
}
