#!/usr/bin/env python3
"""Writes frechet_features.csv and frechet_distances.csv into the current folder. Needs NumPy and SciPy."""

import csv
import itertools
import warnings

import numpy as np
from scipy.linalg import sqrtm

FEATURES = 6
generator = np.random.default_rng(2020)


def features(rows, scale, shift):
    """Correlated features, rounded to multiples of 1/1024, so that a float holds them."""
    mixing = generator.normal(size=(FEATURES, FEATURES)) * scale
    return np.round((generator.normal(size=(rows, FEATURES)) @ mixing + shift) * 1024) / 1024


sets = {
    "wide": features(40, 2.0, 1.0),
    "narrow": features(30, 0.5, 0.0),
    "dead": features(25, 1.0, 0.5),
    "few": features(4, 1.0, -1.0),
}
sets["dead"][:, 2] = 0
sets["dead"][:, 4] = 3


def rest(a, b):
    """The distance without what the two covariances have in common."""
    difference = a.mean(axis=0) - b.mean(axis=0)
    return difference @ difference + np.trace(np.cov(a.T)) + np.trace(np.cov(b.T))


def with_sqrtm(a, b):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a singular product
        return rest(a, b) - 2 * np.trace(sqrtm(np.cov(a.T) @ np.cov(b.T))).real


def with_singular_values(a, b):
    # With A = X^T X and B = Y^T Y, tr sqrt(A B) is the sum of the singular values of X Y^T.
    x = (a - a.mean(axis=0)) / np.sqrt(len(a) - 1)
    y = (b - b.mean(axis=0)) / np.sqrt(len(b) - 1)
    return rest(a, b) - 2 * np.linalg.svd(x @ y.T, compute_uv=False).sum()


with open("frechet_features.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["set"] + [f"f{i}" for i in range(FEATURES)])
    for name, rows in sets.items():
        writer.writerows([name] + [repr(float(x)) for x in row] for row in rows)

with open("frechet_distances.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["first", "second", "sqrtm", "singular_values"])
    for first, second in itertools.combinations(sets, 2):
        pair = sets[first], sets[second]
        writer.writerow([first, second, repr(float(with_sqrtm(*pair))), repr(float(with_singular_values(*pair)))])
