import Datasets
import Files
import Notebook
import Samples

/// How long a run will take, by its second and its third step: the first one warms memory and threads up.
struct Pace {
  private var steps: [ContinuousClock.Instant]

  init(_ start: ContinuousClock.Instant) { steps = [start] }

  /// A line after the third step of a run that has more; nil after all others.
  mutating func estimate(after now: ContinuousClock.Instant, stepsLeft: Int) -> String? {
    guard steps.count <= 3 else { return nil }
    steps.append(now)
    guard steps.count == 4, stepsLeft > 0 else { return nil }
    let seconds = steps[1].duration(to: steps[3]) / .seconds(2)
    return
      "time: \(seconds.text(2)) s a step, \(Self.text(seconds * Double(stepsLeft))) for the \(stepsLeft) steps left"
  }

  /// A time in the unit that a person would choose.
  private static func text(_ seconds: Double) -> String {
    if seconds < 100 { return "about \(seconds.text(places: 0)) s" }
    return seconds < 6000
      ? "about \((seconds / 60).text(places: 0)) min" : "about \((seconds / 3600).text(places: 1)) h"
  }
}

/// The images of a training: how many there are, and how many were left out, and why.
struct ImagesFound {
  let line: String

  init(_ images: some Collection<Image>, of count: Int, in folder: String, leftOut: [String] = []) {
    let beyond = count > images.count ? ["\(count - images.count) beyond --limit"] : []
    let size = images.first.map { " of \($0.width) x \($0.height)" } ?? ""
    let rest = leftOut + beyond
    line =
      "images: \(images.count)\(size) in \(folder)"
      + (rest.isEmpty ? ", none left out" : "; left out: \(rest.joined(separator: ", "))")
  }

  init(_ images: [Image], of census: PictureFolder.Census, in folder: String) {
    func such(_ names: [String], _ one: String, _ several: String) -> [String] {
      guard let first = names.first else { return [] }
      return ["\(names.count) \(names.count == 1 ? "\(one) (" : "\(several) (such as ")\(onOneLine(first)))"]
    }
    self.init(
      images, of: census.names.count, in: folder,
      leftOut: such(census.otherFiles, "file with another extension", "files with other extensions")
        + such(census.subfolders, "subfolder", "subfolders"))
  }
}
