import Testing

/// Expects that a program that stopped gave this message on standard error.
package func stopped(
  _ result: ExitTest.Result?, saying message: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  #expect(output.contains(message), sourceLocation: sourceLocation)
}
