#!/usr/bin/env python3
"""Writes reference values of exp, log, sin, cos, tanh and erf, computed with MPFR through gmpy2.

    reference.py FOLDER [COUNT]          COUNT arguments a function, 2000 by default

Up to 10,000 arguments a function go to FOLDER/<function>.csv, more to FOLDER/<function>.bin. A record is
    argument    the bits of a double
    value       the bits of the double nearest to the function's true value there
    rest        (true value - value) in units of value's last place, between -0.5 and 0.5
so that a result's error in ulps, (result - value) / ulp - rest, is known to better than 0.001. In the CSV the
bits are hexadecimal and the rest has four decimals; a binary record is three little-endian doubles.

Arguments are drawn in equal numbers from strata: evenly and log-evenly over the whole range, and close to the
points where an implementation is most likely to be wrong. The same COUNT always gives the same file.
"""

import array
import math
import pathlib
import random
import struct
import sys

import gmpy2

gmpy2.get_context().precision = 160

LOG2 = math.log(2)


def sign(r):
    return r.choice((-1.0, 1.0))


def log_even(r, low, high):
    """A positive double whose binary logarithm is even between low and high."""
    return math.ldexp(r.uniform(1, 2), r.randint(low, high))


def near(r, x):
    """A double close to x: a few ulps away, or up to a thousandth of x."""
    if r.random() < 0.5:
        return x + r.randint(-4, 4) * math.ulp(x)
    return x * (1 + sign(r) * log_even(r, -52, -11))


def near_multiple(r, unit, low, high):
    """Close to one of the multiples low, low + 1, ..., high of unit, of a size that is log-even."""
    multiple = min(max(low, int(2 ** r.uniform(0, math.log2(high + 1)))), high)
    return float(multiple * gmpy2.mpfr(unit))


PI = gmpy2.const_pi()

STRATA = {
    "exp": [
        lambda r: r.uniform(-745.1, 709.7),
        lambda r: r.uniform(-1, 1),
        lambda r: sign(r) * log_even(r, -60, 8),
        lambda r: r.uniform(-745.14, -708.3),  # subnormal results
        lambda r: near(r, sign(r) * (r.randint(0, 1020) + 0.5) * LOG2),  # where k changes
        lambda r: near(r, sign(r) * r.randint(1, 1020) * LOG2),  # where r changes its sign
    ],
    "log": [
        lambda r: log_even(r, -1022, 1023),
        lambda r: r.uniform(0.5, 2),
        lambda r: 1 + sign(r) * log_even(r, -53, -3),
        lambda r: math.ldexp(r.randint(1, 2**52 - 1), -1074),  # subnormal arguments
        lambda r: near(r, math.sqrt(0.5) * 2.0 ** r.randint(0, 1)),  # where the octave changes, k = 0
        lambda r: near(r, math.sqrt(0.5) * 2.0 ** r.randint(-1000, 1000)),
    ],
    "sin": [
        lambda r: r.uniform(-(2.0**20), 2.0**20),
        lambda r: r.uniform(-7, 7),
        lambda r: sign(r) * log_even(r, -60, 19),
        lambda r: near(r, sign(r) * near_multiple(r, PI / 2, 1, 667543)),  # zeros and extremes
        lambda r: near(r, sign(r) * near_multiple(r, PI / 4, 1, 1335086)),  # where k changes
        lambda r: sign(r) * near_multiple(r, PI / 2, 1, 667543),  # as close to a zero as doubles come
    ],
    "tanh": [
        lambda r: r.uniform(-20.5, 20.5),
        lambda r: r.uniform(-1, 1),
        lambda r: sign(r) * log_even(r, -60, 3),
        lambda r: near(r, sign(r) * 0.625),  # where the formula changes
        lambda r: r.uniform(0.5, 0.8),
    ],
    "erf": [
        lambda r: r.uniform(-6.1, 6.1),
        lambda r: r.uniform(-1, 1),
        lambda r: sign(r) * log_even(r, -60, 2),
        lambda r: near(r, sign(r) * r.choice((0.625, 6))),  # where the formula changes
        lambda r: near(r, sign(r) * (r.randint(6, 47) / 8)),  # where the table's entry changes, and on it
    ],
}
STRATA["cos"] = STRATA["sin"]


def records(function, count):
    """Yields (argument, value, rest)."""
    r = random.Random("diffusion by hand " + function)
    true_value = getattr(gmpy2, function)
    strata = STRATA[function]
    for index in range(count):
        x = strata[index % len(strata)](r)
        y = true_value(gmpy2.mpfr(x))
        value = float(y)
        yield x, value, float((y - value) / math.ulp(value))


def bits(x):
    return struct.pack(">d", x).hex()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) == 3 else 2000
    folder.mkdir(parents=True, exist_ok=True)
    for function in sorted(STRATA):
        if count <= 10_000:
            lines = [f"{bits(x)},{bits(v)},{rest:.4f}\n" for x, v, rest in records(function, count)]
            (folder / f"{function}.csv").write_text("argument,value,rest\n" + "".join(lines))
        else:
            flat = array.array("d", (number for record in records(function, count) for number in record))
            if sys.byteorder == "big":
                flat.byteswap()
            (folder / f"{function}.bin").write_bytes(flat.tobytes())
        print(function, count, file=sys.stderr)


main()
