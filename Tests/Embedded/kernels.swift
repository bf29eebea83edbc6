import SameBits

/// The hash of the kernels, for C to print.
@_cdecl("kernel_hash")
public func exposedKernelHash() -> UInt64 { kernelHash() }
