// Prints the bits of the worked values as `run.js` does for WebAssembly.
import Worked

for index in 0..<workedCount {
  let bits = worked(index).bitPattern
  print(UInt32(bits >> 32), UInt32(truncatingIfNeeded: bits))
}
