/// Stops the program because a number is not what it must be, and names the number.
///
/// Embedded Swift leaves the number out: the code that prints a Double is larger than this module.
@usableFromInline
func refuse(_ value: Double, _ requirement: StaticString) -> Never {
  #if hasFeature(Embedded)
  fatalError("\(requirement)")
  #else
  fatalError("\(requirement), unlike \(value)")
  #endif
}
