import Notebook
import Testing

/// Formulas for a terminal.
@Suite("PlainFormula")
struct PlainFormulaTests {
  @Test(
    "writes the notation of the chapters in one line",
    arguments: [
      (#"\beta_1, \dots, \beta_T"#, "β₁, …, β_T"),
      (
        #"q(x_t \mid x_{t-1}) = N(\sqrt{1-\beta_t} \, x_{t-1}, \; \beta_t I)"#,
        "q(xₜ | xₜ₋₁) = N(√(1−βₜ) xₜ₋₁, βₜ I)"
      ),
      (#"\sqrt{\bar\alpha_t}"#, "√ᾱₜ"),
      (#"\sqrt{\bar\alpha_T}"#, "√ᾱ_T"),
      (#"\sqrt{0.99}"#, "√0.99"),
      (#"\sqrt{\alpha_2 \alpha_1} \, x_0"#, "√(α₂ α₁) x₀"),
      (#"\sqrt{2\pi}"#, "√(2π)"),
      (#"\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}"#, "βₜ/√(1−ᾱₜ)"),
      (#"\frac{a+b}{c}"#, "(a+b)/c"),
      (#"\frac{a b}{c d}"#, "a b/(c d)"),
      (#"\frac{1}{2\sigma^2}"#, "1/(2σ²)"),
      (
        #"\frac{\sqrt{\alpha_t} (1-\bar\alpha_{t-1})}{1-\bar\alpha_t} x_t"#,
        "√αₜ (1−ᾱₜ₋₁)/(1−ᾱₜ) xₜ"
      ),
      (#"\bar\alpha_t = \prod_{s \le t} \alpha_s"#, "ᾱₜ = ∏_(s≤t) αₛ"),
      (#"\text{SNR}_t = \bar\alpha_t / (1 - \bar\alpha_t)"#, "SNRₜ = ᾱₜ / (1 − ᾱₜ)"),
      (#"10^{-4}"#, "10⁻⁴"),
      (#"0.98^t = 0.5"#, "0.98ᵗ = 0.5"),
      (#"e^{-x/2}"#, "e^(−x/2)"),
      (#"1 - \exp(-m \cdot \frac{c}{30} \cdot \frac{2t-1}{T})"#, "1 − exp(−m · c/30 · (2t−1)/T)"),
      (#"-\ln\bar\alpha_t"#, "−ln ᾱₜ"),
      (#"\tilde\mu_t"#, "μ̃ₜ"), (#"\hat x_0"#, "x̂₀"), (#"\hat{x}_0"#, "x̂₀"),
      (#"E[x_0 \mid x_t]"#, "E[x₀ | xₜ]"),
      (#"p_\theta(x_{t-1} \mid x_t) = N(\mu_\theta, \sigma_t^2 I)"#, "p_θ(xₜ₋₁ | xₜ) = N(μ_θ, σₜ² I)"),
      (#"\|x\|"#, "‖x‖"), (#"\left( a \right)"#, "( a )"), ("", ""), ("x", "x"),
    ])
  func notation(formula: String, plain: String) {
    #expect(PlainFormula.text(of: formula) == plain)
  }

  @Test("leaves a command that it does not know as it stands")
  func unknown() {
    #expect(PlainFormula.text(of: #"\unknown x"#).hasPrefix(#"\unknown"#))
  }

  @Test(
    "takes a formula that is cut off",
    arguments: [#"\sqrt{"#, #"\frac{a}"#, "x_", "x^", "\\", "{", "}", "x_{"])
  func unfinished(formula: String) {
    _ = PlainFormula.text(of: formula)
  }
}
