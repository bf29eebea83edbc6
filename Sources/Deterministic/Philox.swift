/// Philox 4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as
/// easy as 1, 2, 3", SC 2011).
///
/// A block cipher with a small key: the same counter and key always give the same four words, so a random
/// number is *looked up* by its address and never depends on what was drawn before it.
public enum Philox {
  /// Encrypts one counter under one key.
  ///
  /// Ten rounds; each multiplies two words by constants, keeps both halves of the products, and mixes in a
  /// key that grows by the Weyl increments between rounds.
  ///
  /// - Parameters:
  ///   - counter: The 128-bit address of the block.
  ///   - key: The 64-bit seed, low half first.
  /// - Returns: Four uniformly distributed 32-bit words.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for round in 0..<10 {
      if round > 0 { k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let first = c.x.multipliedFullWidth(by: 0xD251_1F53)
      let second = c.z.multipliedFullWidth(by: 0xCD9E_8D57)
      c = SIMD4(second.high ^ c.y ^ k.x, second.low, first.high ^ c.w ^ k.y, first.low)
    }
    return c
  }
}
