import Datasets
import Files
import Formats
import Foundation
import Testing

/// Whether the real files are on this machine.
let mnistIsHere = FileManager.default.fileExists(atPath: "\(MNIST.directory)/\(MNIST.Part.test.imagesFile)")

@Suite("MNIST")
struct MNISTTests {
  /// Two images of 28 × 28 whose levels are 0, 1, 2, … modulo 256.
  static let images = IDX(dimensions: [2, 28, 28], elements: (0..<2 * 784).map { UInt8($0 % 256) })
  static let labels = IDX(dimensions: [2], elements: [7, 0])

  /// Writes the two files of the test part into a new folder, for as long as `body` runs.
  func withFiles(
    images: IDX? = images, labels: IDX? = labels, _ body: (String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mnist-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try images?.write(to: folder.appending(path: "t10k-images-idx3-ubyte").path)
    try labels?.write(to: folder.appending(path: "t10k-labels-idx1-ubyte").path)
    try body(folder.path)
  }

  /// Expects reading the test part to fail so.
  func expectFailure(
    images: IDX? = images, labels: IDX? = labels, file: String, at place: FileFailure.Place, expected: String,
    found: String
  ) throws {
    try withFiles(images: images, labels: labels) { folder in
      let failure = FileFailure(file: "\(folder)/\(file)", at: place, expected: expected, found: found)
      #expect(throws: failure) { try MNIST(.test, directory: folder) }
    }
  }

  @Test("Images and labels are the bytes of the files, white on black")
  func readsFiles() throws {
    try withFiles { folder in
      let mnist = try MNIST(.test, directory: folder)
      #expect(mnist.count == 2)
      #expect(mnist.label(0) == 7 && mnist.label(1) == 0)
      let values: [Double] = (0..<784).map { Double($0 % 256) / 127.5 - 1 }
      #expect(mnist.image(0).pixels == values)
      let levels: [UInt16] = MNISTTests.images.elements[784...].map { UInt16($0) }
      #expect(mnist.image(1).pgm.levels == levels)
    }
  }

  @Test("Images that are not 28 × 28 are refused")
  func wrongImageSize() throws {
    try expectFailure(
      images: IDX(dimensions: [2, 28, 27], elements: [UInt8](repeating: 0, count: 2 * 28 * 27)),
      file: "t10k-images-idx3-ubyte", at: .byte(8), expected: "images of 28 x 28", found: "28 x 27")
  }

  @Test("A file of labels in the place of the images is refused, and the reverse")
  func exchangedFiles() throws {
    try expectFailure(
      images: MNISTTests.labels,
      file: "t10k-images-idx3-ubyte", at: .byte(3), expected: "3 dimensions (images, rows, columns)",
      found: "1")
    try expectFailure(
      labels: MNISTTests.images,
      file: "t10k-labels-idx1-ubyte", at: .byte(3), expected: "1 dimension (labels)", found: "3")
  }

  @Test("As many labels as images are required")
  func countsDisagree() throws {
    try expectFailure(
      labels: IDX(dimensions: [3], elements: [1, 2, 3]),
      file: "t10k-labels-idx1-ubyte", at: .byte(4), expected: "a label for each image, 2", found: "3")
  }

  @Test("A label above 9 is refused, with its place in the file")
  func labelOutOfRange() throws {
    try expectFailure(
      labels: IDX(dimensions: [2], elements: [9, 10]),
      file: "t10k-labels-idx1-ubyte", at: .byte(9), expected: "a label in 0…9", found: "10")
  }

  @Test("A missing file or folder says how to get it")
  func missing() throws {
    let advice = "MNIST's unpacked files (run `make mnist`, or name their folder in MNIST_DIR)"
    try expectFailure(
      labels: nil, file: "t10k-labels-idx1-ubyte", at: .whole, expected: advice, found: "no such file")
    let failure = FileFailure(
      file: "/no/such/folder", at: .whole, expected: advice, found: "no such folder")
    #expect(throws: failure) { try MNIST(.train, directory: "/no/such/folder") }
  }

  @Test("MNIST_DIR names the folder, unless it is empty or unset")
  func folder() async {
    await #expect(processExitsWith: .success) {
      setenv("MNIST_DIR", "/some/folder", 1)
      #expect(MNIST.directory == "/some/folder")
      setenv("MNIST_DIR", "", 1)
      #expect(MNIST.directory == "data/mnist")
      unsetenv("MNIST_DIR")
      #expect(MNIST.directory == "data/mnist")
    }
  }

  @Test("A damaged file is refused by the format's own checks")
  func damaged() throws {
    try withFiles { folder in
      let path = "\(folder)/t10k-labels-idx1-ubyte"
      try Data([0, 0, 8, 1, 0, 0, 0, 2, 5]).write(to: URL(filePath: path))
      let failure = #expect(throws: FileFailure.self) { try MNIST(.test, directory: folder) }
      #expect(failure?.file == path)
    }
  }

  // Counts of each label in the published files.
  @Test(
    "The real files hold the known numbers of each digit", .enabled(if: mnistIsHere),
    arguments: [
      (MNIST.Part.train, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]),
      (.test, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
    ])
  func labelCounts(part: MNIST.Part, expected: [Int]) throws {
    let mnist = try MNIST(part)
    var counts = [Int](repeating: 0, count: 10)
    for i in 0..<mnist.count { counts[mnist.label(i)] += 1 }
    #expect(counts == expected)
  }
}
