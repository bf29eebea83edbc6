import Files
import Formats

/// The works that the book refers to: Book/references.json, in the format of citation processors (CSL-JSON).
struct Literature {
  /// Where they are listed.
  static let file = "Book/references.json"
  /// The page with all of them.
  static let page = "Book/references.md"

  private struct Work {
    let key: String
    let authors: [String]
    let year: String
    let title: String
    let container: String?
    let url: String
  }

  private let works: [Work]

  /// Reads the list.
  ///
  /// - Parameters:
  ///   - bytes: The file's.
  /// - Throws: What a work lacks.
  init(parsing bytes: [UInt8]) throws {
    works = try JSON(parsing: bytes, file: Self.file).elements.map { item in
      let date = try item.member("issued").member("date-parts").elements.first?.elements.first
      return Work(
        key: try item.member("id").string,
        authors: try item.member("author").elements.map { try ($0["family"] ?? $0.member("literal")).string },
        year: "\(try (date ?? item.member("year")).integer)", title: try item.member("title").string,
        container: try item["container-title"]?.string, url: try item.member("URL").string)
    }
  }

  /// How a work is named in the text, by its authors and its year; nil for a key that no work has.
  subscript(key: String) -> String? {
    guard let work = works.first(where: { $0.key == key }) else { return nil }
    switch work.authors.count {
    case 1: return "\(work.authors[0]) \(work.year)"
    case 2: return "\(work.authors[0]) and \(work.authors[1]) \(work.year)"
    default: return "\(work.authors[0]) et al. \(work.year)"
    }
  }

  /// The page with all works, in the order of their first authors.
  var markdown: String {
    let ordered = works.sorted { ($0.authors[0], $0.year) < ($1.authors[0], $1.year) }
    let lines = ordered.map { work in
      let authors =
        work.authors.count > 6 ? "\(work.authors[0]) et al." : work.authors.joined(separator: ", ")
      let container = work.container.map { " *\($0)*." } ?? ""
      return
        "<a id=\"\(work.key)\"></a>\n\n\(authors) (\(work.year)). [\(work.title)](\(work.url)).\(container)"
    }
    return "<!-- Woven from \(Self.file) by `make readme`; edits are lost. -->\n\n# References\n\n"
      + lines.joined(separator: "\n\n") + "\n"
  }
}
