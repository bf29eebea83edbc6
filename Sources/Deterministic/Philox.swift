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
    // Plain words: a SIMD register would have to be taken apart for every multiplication.
    var (x, y, z, w) = (counter.x, counter.y, counter.z, counter.w)
    var (low, high) = (key.x, key.y)
    for _ in 0..<10 {
      let first = x.multipliedFullWidth(by: 0xD251_1F53)
      let second = z.multipliedFullWidth(by: 0xCD9E_8D57)
      (x, y, z, w) = (second.high ^ y ^ low, second.low, first.high ^ w ^ high, first.low)
      low &+= 0x9E37_79B9
      high &+= 0xBB67_AE85
    }
    return SIMD4(x, y, z, w)
  }
}
