#!/usr/bin/env python3
"""Prints the constants of Sources/Deterministic that are not plain fractions, from 400-bit arithmetic.

Needs gmpy2 (MPFR). A part "of b bits" is the value truncated to b significant bits, so that its product with
a whole number of at most 53 - b bits is exact.
"""

import gmpy2
from gmpy2 import mpfr

gmpy2.get_context().precision = 400


def truncated(x, bits):
    """x cut to its first `bits` significant bits, towards zero."""
    exponent = gmpy2.get_exp(x)
    return gmpy2.trunc(x * mpfr(2) ** (bits - exponent)) / mpfr(2) ** (bits - exponent)


def parts(name, x, widths):
    """Cuts x into parts of the given widths; the last line is the rest, rounded to double."""
    for index, width in enumerate(widths):
        part = truncated(x, width)
        print(f"{name}[{index}] = {float(part).hex()}  ({width} bits)")
        x -= part
    print(f"{name}[{len(widths)}] = {float(x).hex()}  (the rest)")


parts("ln 2", gmpy2.const_log2(), [42])
print("1 / ln 2 =", repr(float(1 / gmpy2.const_log2())))
parts("pi / 2", gmpy2.const_pi() / 2, [33, 33, 33])
print("2 / pi =", repr(float(2 / gmpy2.const_pi())))
two_over_root_pi = 2 / gmpy2.sqrt(gmpy2.const_pi())
print("2 / sqrt(pi) =", repr(float(two_over_root_pi)), " less 1 =", repr(float(two_over_root_pi - 1)))
print("1 / sqrt(pi) =", repr(float(1 / gmpy2.sqrt(gmpy2.const_pi()))))
print("1 / sqrt(2) =", repr(float(1 / gmpy2.sqrt(mpfr(2)))))
print("ln(2 pi) / 2 =", repr(float(gmpy2.log(2 * gmpy2.const_pi()) / 2)))
print("largest x with finite exp:", repr(float(gmpy2.log(mpfr(2) ** 1024))))
print("below this exp is 0:", repr(float(gmpy2.log(mpfr(2) ** -1075))))
for quarter in range(3, 25):
    print(f"erfc({quarter / 4}) = {float(gmpy2.erfc(mpfr(quarter) / 4))!r}")
