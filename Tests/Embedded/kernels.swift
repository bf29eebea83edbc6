import SameBits
import Worked

/// The hash of the formulas, for C to print.
@_cdecl("formula_hash")
public func exposedFormulaHash() -> UInt64 {
  var hash = Hash()
  for index in 0..<workedCount { hash.add(worked(index).bitPattern) }
  return hash.value
}

/// The hash of the kernels, for C to print.
@_cdecl("kernel_hash")
public func exposedKernelHash() -> UInt64 { kernelHash() }
