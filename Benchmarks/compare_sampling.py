#!/usr/bin/env python3
"""Measures sampling, by diffusers, by PyTorch and by this project's chapter 6 in turn, and prints what it took.

Digits of the committed model in 1000 steps, 64 at once and one at once. Of the others' processes only the sampling
counts, warmed up, and not loading libraries and the network, nor writing the pictures; of ours everything, from the
start of the process to its end. A round is a sampling by each side, in an order that changes from round to round. As in
compare.py none begins before the machine is quiet, and a round in which others used the processors is thrown away.
"""

import argparse
import csv
import glob
import os
import statistics
import sys
import tempfile
import typing

from compare import HERE, Watch, digits, table
from compare_training import ROOT, ended, introduction, measure, row

MODEL = os.path.join(ROOT, "data", "models", "mnist")
PIXELS = 28 * 28
PEERS = {"diffusers, its pipeline": [], "PyTorch, channels last": ["--loop"],
         "PyTorch, contiguous": ["--loop", "--contiguous"]}
OURS = "chapter 6"
COUNTS = {64: "64 digits at once", 1: "one digit at once"}


class Sampling(typing.NamedTuple):
    """What a sampling took, and what it came to."""
    seconds: float
    beside: float  # seconds of its process that do not count
    peak: int  # bytes
    ink: float  # the mean of all pixels, from 0, black, to 1
    last_words: str


def sample(name, command, count, steps):
    """Has a side sample."""
    with tempfile.TemporaryDirectory() as folder:
        process = ended(name, [*command, "--count", str(count), "--steps", str(steps), "--out", folder])
        pictures = []
        for path in glob.glob(os.path.join(folder, "[0-9]*.pgm")):
            with open(path, "rb") as file:
                pictures.append(file.read()[-PIXELS:])
        seconds = process.seconds
        if name != OURS:
            with open(os.path.join(folder, "sampling.csv"), newline="") as sampling:
                seconds = float(next(csv.DictReader(sampling))["seconds"])
    if [len(picture) for picture in pictures] != [PIXELS] * count:
        sys.exit(f"compare: {name}: {len(pictures)} pictures, not {count}, or not of {PIXELS} pixels")
    ink = sum(map(sum, pictures)) / (255 * PIXELS * count)
    return Sampling(seconds, process.seconds - seconds, process.peak, ink, process.last_words)


# --- The report -----------------------------------------------------------------------------------------------------


def report(samplings, steps):
    """The table: each side's time, memory and ink, and how many times ours the best of the others' is."""
    rows = [[f"{steps} steps", *PEERS, OURS, f"best of the others / {OURS}"]]
    for count, took in samplings.items():
        rows.append(row(f"{COUNTS[count]}, seconds", took, lambda sampling: sampling.seconds))
    for count, took in samplings.items():
        rows.append(row(f"{COUNTS[count]}, megabytes at most", took, lambda sampling: sampling.peak / 1e6))
    inks = [statistics.median(sampling.ink for sampling in each) for each in samplings[64].values()]
    rows.append(["mean of the pixels of 64 digits, 0 to 1", *(f"{ink:.3f}" for ink in inks), ""])
    return table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ddpm", metavar="FILE", default=os.path.join(ROOT, ".build", "release", "ddpm"))
    parser.add_argument("--python", default=sys.executable, help="a Python that has what requirements.txt lists")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads for all")
    parser.add_argument("--steps", type=int, default=1000, help="steps of a sampling, 2 to 1000")
    parser.add_argument("--rounds", type=int, help="rounds (3; 1 with --quick)")
    parser.add_argument("--quick", action="store_true", help="a single round")
    parser.add_argument("--unwatched", action="store_true", help="measure even while others use the processors")
    options = parser.parse_args()
    if not 2 <= options.steps <= 1000:
        parser.error(f"--steps: expected 2 to 1000, found {options.steps}")
    rounds = options.rounds or (1 if options.quick else 3)

    shared = ["--model", MODEL, "--threads", str(options.threads)]
    peer = [options.python, os.path.join(HERE, "peer_sampling.py"), *shared]
    commands = {name: peer + more for name, more in PEERS.items()}
    commands[OURS] = [options.ddpm, "sample", *shared, "--batch-size", str(max(COUNTS))]
    for name, command in commands.items():
        sample(name, command, 1, 2)  # from then on the system has every file in memory
    is_watched = Watch.is_possible and not options.unwatched
    samplings, thrown = {}, 0
    for count, title in COUNTS.items():
        samplings[count], lost = measure(
            f"sampling, {title}", lambda name, command: sample(name, command, count, options.steps), commands, rounds,
            is_watched)
        thrown += lost

    beside = statistics.median(
        sampling.beside for took in samplings.values() for name in PEERS for sampling in took[name])
    print(introduction(rounds, thrown, is_watched) + "\n")
    versions = samplings[1][next(iter(PEERS))][-1].last_words
    print(f"- {versions}, eager. Only the sampling counts, warmed up. The rest of a process, {digits(beside)} s, does "
          "not: loading libraries and the network, warming up, writing.")
    print(f"- Diffusion by Hand, Swift alone, {options.threads} threads, fp32. The whole process counts.\n")
    print(report(samplings, options.steps))


if __name__ == "__main__":
    main()
