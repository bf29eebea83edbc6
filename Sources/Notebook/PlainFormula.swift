/// A TeX formula as one line of Unicode: `\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}` is βₜ/√(1−ᾱₜ).
package struct PlainFormula {
  private var rest: Substring

  /// The formula as plain text.
  package static func text(of formula: String) -> String {
    var parser = PlainFormula(rest: formula[...])
    let plain = parser.sequence(until: nil).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return functions.reduce(plain) { $0.replacing("\($1) (", with: "\($1)(") }
  }

  private static let functions = ["log", "ln", "exp", "cos", "sin", "min", "max"]
  private static let symbols: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "varepsilon": "ε",
    "theta": "θ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "Sigma": "Σ", "Delta": "Δ", "cdot": " · ", "times": " × ", "sim": " ~ ", "mid": " | ", "approx": " ≈ ",
    "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ", "ne": " ≠ ", "neq": " ≠ ", "to": " → ", "in": " ∈ ",
    "propto": " ∝ ", "pm": " ± ", "infty": "∞", "nabla": "∇", "sum": "Σ", "prod": "∏", "int": "∫",
    "partial": "∂", "dots": "…", "ldots": "…", "cdots": " … ", "log": "log ", "ln": "ln ", "exp": "exp ",
    "cos": "cos ", "sin": "sin ", "min": "min ", "max": "max ", "quad": "  ", "qquad": "    ", "left": "",
    "right": "", "big": "", "Big": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "", "displaystyle": "",
    ",": " ", ";": " ", "!": "", " ": " ", "|": "‖", "{": "{", "}": "}", "%": " %", "_": "_", "\\": " ",
    "ell": "ℓ", "prime": "′", "Rightarrow": " ⇒ ", "text": "", "mathrm": "", "mathbf": "", "mathcal": "",
    "mathbb": "", "operatorname": "", "lVert": "‖", "rVert": "‖", "Vert": " ‖ ",
  ]
  private static let accents = [
    "bar": "\u{304}", "tilde": "\u{303}", "hat": "\u{302}", "overline": "\u{304}",
  ]
  private static let subscripts = Dictionary(
    uniqueKeysWithValues: zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))
  private static let superscripts = Dictionary(
    uniqueKeysWithValues: zip("0123456789+-−=()niTtdk", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀᵗᵈᵏ"))

  /// Reads until the closing mark, or to the end.
  private mutating func sequence(until end: Character?) -> String {
    var result = ""
    while let next = rest.first {
      if next == end {
        rest.removeFirst()
        return result
      }
      result += atom()
    }
    return result
  }

  /// Reads a letter, a group or a command with its arguments.
  private mutating func atom() -> String {
    guard let next = rest.popFirst() else { return "" }
    switch next {
    case "{": return sequence(until: "}")
    case "\\": return command()
    case "_": return raised(Self.subscripts, mark: "_")
    case "^": return raised(Self.superscripts, mark: "^")
    case "-": return "−"
    case "~", "\n": return " "
    case "=": return " = "
    default: return String(next)
    }
  }

  private mutating func command() -> String {
    var name = String(rest.prefix(while: \.isLetter))
    if name.isEmpty { name = String(rest.prefix(1)) }
    rest.removeFirst(name.count)
    if name.first?.isLetter == true { rest = rest.drop { $0 == " " } }
    if let accent = Self.accents[name] { return argument() + accent }
    switch name {
    case "sqrt": return "√" + inParentheses(argument())
    case "frac", "tfrac", "dfrac":
      let numerator = argument()
      return inParentheses(numerator, alsoProducts: false) + "/" + inParentheses(argument())
    default: return Self.symbols[name] ?? "\\" + name
    }
  }

  private mutating func argument() -> String {
    rest = rest.drop { $0 == " " }
    return atom()
  }

  private mutating func raised(_ table: [Character: Character], mark: String) -> String {
    let content = argument().filter { $0 != " " }
    let small = content.compactMap { table[$0] }
    if small.count == content.count { return String(small) }
    return mark + (content.count == 1 ? content : "(\(content))")
  }

  /// Puts parentheses around what a root or a fraction would otherwise tear apart.
  ///
  /// That is a sum, and below a root or a fraction's line a product too. What stands in parentheses already holds
  /// together.
  private func inParentheses(_ text: String, alsoProducts: Bool = true) -> String {
    let breaking: Set<Character> = alsoProducts ? ["+", "−", " ", "/", "·"] : ["+", "−", "="]
    var depth = 0
    var factors = 0
    var previous: Character = " "
    for character in text {
      if character == ")" { depth -= 1 }
      if depth == 0 {
        if breaking.contains(character) { return "(\(text))" }
        if character == "(" ? previous != "_" && previous != "^" : Self.begins(character, after: previous) {
          factors += 1
        }
      }
      if character == "(" { depth += 1 }
      previous = character
    }
    return alsoProducts && factors > 1 ? "(\(text))" : text
  }

  /// Whether a character begins a factor: a letter that is no index, or the first digit of a number.
  private static func begins(_ character: Character, after previous: Character) -> Bool {
    if previous == "_" || previous == "^" { return false }
    if "0123456789".contains(character) { return !"0123456789.".contains(previous) }
    return character.isLetter && character.unicodeScalars.first?.properties.generalCategory != .modifierLetter
  }
}
