#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Whether two paths lead to one file, by whatever links and names; false where either leads nowhere.
package func isSameFile(_ path: String, _ other: String) -> Bool {
  var (status, otherStatus) = (stat(), stat())
  return stat(path, &status) == 0 && stat(other, &otherStatus) == 0 && isSame(status, otherStatus)
}

/// Whether what the system says of two files or folders is of one.
func isSame(_ status: stat, _ other: stat) -> Bool {
  status.st_dev == other.st_dev && status.st_ino == other.st_ino
}

/// Refuses to write where something is read from, which would then be gone.
///
/// - Parameters:
///   - output: The file that shall be written.
///   - inputs: The files that are read.
/// - Throws: A failure that names the output and the input that it is.
package func requireApart(_ output: String, from inputs: [String]) throws(FileFailure) {
  guard let input = inputs.first(where: { isSameFile($0, output) }) else { return }
  throw FileFailure(
    file: output, at: .whole, expected: "a file to write that nothing is read from", found: input)
}
