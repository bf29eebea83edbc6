extension Safetensors {
  /// The types of elements that the format has, by the names that a header gives them.
  ///
  /// They stand in the order in which the safetensors library compares them; its files have the greatest type first.
  package enum ElementType: String, CaseIterable, Sendable {
    /// True or false, in a byte.
    case bool = "BOOL"
    /// Floating point in 4 bits.
    case f4 = "F4"
    /// Floating point in 6 bits, 2 of them the exponent.
    case f6e2m3 = "F6_E2M3"
    /// Floating point in 6 bits, 3 of them the exponent.
    case f6e3m2 = "F6_E3M2"
    /// Integers of 8 bits, without a sign.
    case u8 = "U8"
    /// Integers of 8 bits.
    case i8 = "I8"
    /// Floating point in 8 bits, 5 of them the exponent.
    case f8e5m2 = "F8_E5M2"
    /// Floating point in 8 bits, 4 of them the exponent.
    case f8e4m3 = "F8_E4M3"
    /// Powers of two in 8 bits.
    case f8e8m0 = "F8_E8M0"
    /// Floating point in 8 bits, 4 of them the exponent, without infinities and negative zero.
    case f8e4m3fnuz = "F8_E4M3FNUZ"
    /// Floating point in 8 bits, 5 of them the exponent, without infinities and negative zero.
    case f8e5m2fnuz = "F8_E5M2FNUZ"
    /// Integers of 16 bits.
    case i16 = "I16"
    /// Integers of 16 bits, without a sign.
    case u16 = "U16"
    /// IEEE 754's floating point in 16 bits.
    case f16 = "F16"
    /// The higher half of a `Float`.
    case bf16 = "BF16"
    /// Integers of 32 bits.
    case i32 = "I32"
    /// Integers of 32 bits, without a sign.
    case u32 = "U32"
    /// Swift's `Float`.
    case f32 = "F32"
    /// Complex numbers of two `Float`s.
    case c64 = "C64"
    /// Swift's `Double`.
    case f64 = "F64"
    /// Integers of 64 bits.
    case i64 = "I64"
    /// Integers of 64 bits, without a sign.
    case u64 = "U64"

    /// The bits of an element.
    package var bits: Int {
      switch self {
      case .f4: 4
      case .f6e2m3, .f6e3m2: 6
      case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
      case .i16, .u16, .f16, .bf16: 16
      case .i32, .u32, .f32: 32
      case .c64, .f64, .i64, .u64: 64
      }
    }
  }
}

/// The number that the bits of IEEE 754's 16-bit format mean: a sign, 5 bits of exponent, 10 of fraction.
///
/// Swift's `Float16` would do it, but macOS on Intel processors has none.
func float(half bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10 & 0x1f)
  let fraction = UInt32(bits & 0x3ff)
  switch exponent {
  case 0:
    // Subnormal: the fraction counts steps of 2^-24, all of which a Float has.
    return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
  case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 127 - 15) << 23 | fraction << 13)
  }
}

/// The number whose higher 16 bits these are, the lower ones being zero.
func float(brainHalf bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
