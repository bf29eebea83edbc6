#!/usr/bin/env python3
"""Writes reference values of the functions of Deterministic, computed with MPFR through gmpy2.

    reference.py FOLDER [COUNT]          COUNT arguments a function, 2000 by default; if above 10,000,
                                         a tenth of that for logMassOfNormal, which takes long

Up to 10,000 arguments a function go to FOLDER/<function>.csv, more to FOLDER/<function>.bin. A record is
    argument    the bits of a double; two of them for logMassOfNormal: from, to
    value       the bits of the double nearest to the function's true value there
    rest        (true value - value) in units of value's last place, between -0.5 and 0.5
so that a result's error in ulps, (result - value) / ulp - rest, is known to better than 0.001. In the CSV the
bits are hexadecimal and the rest has four decimals; a binary record is three or four little-endian doubles.

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
STRATA["erfcx"] = [
    lambda r: r.uniform(-26.6, 30),
    lambda r: r.uniform(-1, 2.5),
    lambda r: sign(r) * log_even(r, -60, 3),
    lambda r: log_even(r, 4, 900),
    lambda r: near(r, r.choice((-3, -2, -0.625, 0.625, 2, 3, 6))),  # where the formula changes
    lambda r: near(r, r.randint(6, 15) / 8),  # where the table's entry changes, and on it
]


def interval(r, a, b):
    """Two different bounds in order, on either side of 0."""
    if a == b:
        b = math.nextafter(a, math.inf)
    if r.random() < 0.5:
        a, b = -a, -b
    return min(a, b), max(a, b)


def wide(r, a, width):
    """An interval from a, of a width."""
    return interval(r, a, a + width)


def one_loss(r):
    """An interval above 0 whose ends' densities differ by a factor near e, where the formula changes."""
    a = r.choice((0.0, r.uniform(0, 10), log_even(r, -3, 20)))
    return interval(r, a, near(r, math.sqrt(a * a + 2)))


STRATA["logMassOfNormal"] = [
    lambda r: interval(r, r.uniform(-10, 10), r.uniform(-10, 10)),
    lambda r: interval(r, -log_even(r, -60, 5), log_even(r, -60, 5)),  # around 0
    lambda r: interval(r, r.uniform(-10, 40), math.inf),  # a tail
    lambda r: interval(r, log_even(r, -20, 500), math.inf),
    lambda r: wide(r, sign(r) * log_even(r, -20, 14), log_even(r, -40, 3)),  # narrow ones, too
    lambda r: wide(r, a := log_even(r, -2, 20), log_even(r, -6, 6) / a),  # of the tail's scale, 1/a
    one_loss,
    lambda r: interval(r, -r.uniform(0.5, 0.8), r.uniform(0.5, 0.8)),  # about half of the mass
    lambda r: interval(r, -r.uniform(3, 38), r.uniform(3, 38)),  # nearly all of it
]


def erfcx(x):
    """e^(x^2) erfc x; the next term of the series is below 1e-60 where that one is used."""
    if x > 1e10:
        return (1 - 1 / (2 * x * x) + 3 / (4 * x**4)) / (x * gmpy2.sqrt(PI))
    return gmpy2.exp(x * x) * gmpy2.erfc(x)


def tail(z):
    """1 - Phi(z) as (exponent, factor), e^exponent times factor: the exponent may be beyond MPFR's."""
    return -z * z / 2, erfcx(z / gmpy2.sqrt(gmpy2.mpfr(2))) / 2


def logMassOfNormal(a, b):
    """ln(Phi(b) - Phi(a)), with bits for all that cancels."""
    with gmpy2.context(precision=320):
        a, b = (gmpy2.mpfr(x) for x in ((-b, -a) if b <= 0 else (a, b)))
        if a < 0:
            root = gmpy2.sqrt(gmpy2.mpfr(2))
            return gmpy2.log1p(-(gmpy2.erfc(-a / root) + gmpy2.erfc(b / root)) / 2)
        exponent, factor = tail(a)
        if gmpy2.is_finite(b):
            second, other = tail(b)
            factor -= gmpy2.exp(second - exponent) * other
        return exponent + gmpy2.log(factor)


def records(function, count):
    """Yields (argument, ..., value, rest)."""
    r = random.Random("diffusion by hand " + function)
    true_value = globals().get(function) or getattr(gmpy2, function)
    strata = STRATA[function]
    for index in range(count):
        x = strata[index % len(strata)](r)
        x = x if isinstance(x, tuple) else (x,)
        y = true_value(*map(gmpy2.mpfr, x))
        value = float(y)
        yield *x, value, float((y - value) / math.ulp(value))


def bits(x):
    return struct.pack(">d", x).hex()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    asked = int(sys.argv[2]) if len(sys.argv) == 3 else 2000
    folder.mkdir(parents=True, exist_ok=True)
    for function in sorted(STRATA):
        slow = function == "logMassOfNormal" and asked > 10_000
        count = asked // 10 if slow else asked
        if count <= 10_000:
            lines = [",".join(map(bits, x)) + f",{rest:.4f}\n" for *x, rest in records(function, count)]
            arguments = "from,to" if function == "logMassOfNormal" else "argument"
            (folder / f"{function}.csv").write_text(f"{arguments},value,rest\n" + "".join(lines))
        else:
            flat = array.array("d", (number for record in records(function, count) for number in record))
            if sys.byteorder == "big":
                flat.byteswap()
            (folder / f"{function}.bin").write_bytes(flat.tobytes())
        print(function, count, file=sys.stderr)


main()
