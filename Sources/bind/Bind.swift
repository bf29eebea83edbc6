import ArgumentParser
import Datasets
import Files
import Formats
import Foundation
import Models
import Networks
import Console

/// Binds the page with sliders: markup, style, scripts, program, pictures and recorded digits in one file.
@main
struct Bind: ParsableCommand {
  static func main() {
    let bind = parsedOrExit()
    orExit(try bind.run())
  }

  static let configuration = CommandConfiguration(
    commandName: "bind", abstract: "Binds Play/ and its WebAssembly programs into one page.")

  @Argument(help: "The folder of page.wasm and network.wasm, which Tools/play.sh makes.")
  var programs: String

  @Argument(help: "The page to write.")
  var page: String

  func run() throws {
    let markup = try text("page.html")
    let parts = markup.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let lines = try parts.map { line in
      guard line.hasPrefix("{{"), line.hasSuffix("}}") else { return line }
      let name = String(line.dropFirst(2).dropLast(2))
      return name == "data" ? try data() : try text(name)
    }
    try writeWhole(lines.joined(separator: "\n"), to: page)
  }

  /// A file of Play/, without the end of its last line.
  func text(_ name: String) throws -> String {
    let text = String(decoding: try readWhole("Play/\(name)"), as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  /// What the scripts read: bytes as base64, in an order that is always the same.
  func data() throws -> String {
    // The pictures of chapter 2, and the digit that it noises.
    let images = Picture.allCases.map(\.image) + [DrawnDigits(seed: 2020).image(34)]
    let pictures = images.map { image in
      #"{"width": \#(image.width), "height": \#(image.height), "levels": "\#(base64(image.levels))"}"#
    }
    let recorded = try PGM.read("data/chapter6/frames.pgm")
    let times = try CSV.read("data/chapter6/frames.csv").numbers(in: "t").map { Int($0) }
    let levels = recorded.levels.map { UInt8($0) }
    return """
      {"program": "\(base64(try readWhole("\(programs)/page.wasm")))",
      "pictures": [\(pictures.joined(separator: ",\n"))],
      "frames": {"width": \(recorded.width), "height": \(recorded.height / times.count), "times": \(times),
      "levels": "\(base64(levels))"},
      "network": {"program": "\(base64(try readWhole("\(programs)/network.wasm")))",
      "weights": "\(base64(try weights()))"}}
      """
  }

  /// The weights of the committed model, in the network's order, as little-endian floats.
  func weights() throws -> [UInt8] {
    let model = try DiffusionModel.read(folder: "data/models/mnist")
    let expected = UNetConfiguration.ddpm(
      sampleSize: 28, channels: 1, blockOutChannels: [16, 32, 64], layersPerBlock: 1, attentionStages: [2],
      groups: 8)
    guard model.configuration == expected else {
      throw OtherNetwork(
        description: "data/models/mnist is not the network that Play/Network/Digits.swift puts together")
    }
    let values = UNet.weightShapes(expected).flatMap { model.weights[$0.name].values }
    return values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  }

  func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

/// Why a model is not the page's.
private struct OtherNetwork: Error, CustomStringConvertible {
  let description: String
}
