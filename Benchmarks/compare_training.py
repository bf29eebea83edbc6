#!/usr/bin/env python3
"""Measures whole trainings, by PyTorch and by this project's chapter 5 in turn, and prints what they took.

MNIST, 100 steps at batch 128, with the same network and options; from the start of a process to its end, so that
loading libraries, reading the pictures and saving the model count. A round is a training by each side, in an order
that changes from round to round. As in compare.py no training begins before the machine is quiet, and a round in which
others used the processors is thrown away.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
import typing

from compare import HERE, Watch, machine, spread, table, wait_for_quiet

ROOT = os.path.dirname(HERE)
# Both programs have these.
OPTIONS = ["--batch-size", "128", "--learning-rate", "1e-3", "--average", "0.999"]
PEERS = {"eager, channels last": [], "eager, contiguous": ["--contiguous"]}
EPOCH = 469  # steps


class Process(typing.NamedTuple):
    """What a process took, from its start to its end."""
    seconds: float
    peak: int  # bytes
    last_words: str


class Training(typing.NamedTuple):
    """What a training took, and what it came to."""
    seconds: float
    peak: int  # bytes
    loss: float  # the mean of its steps'
    last_words: str


def ended(name, command):
    """Has a side do something in a process of its own, and waits for its end.

    The most memory that a child has held is never less than what its parent held when it began. This program, which
    does not load PyTorch, holds less than any side.
    """
    with tempfile.TemporaryFile("w+") as said:
        begun = time.perf_counter()
        with subprocess.Popen(command, stdout=said, stderr=said) as process:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        last_words = (said.read().splitlines() or ["nothing said"])[-1]
    if process.returncode != 0:
        sys.exit(f"compare: {name}: status {process.returncode}: {last_words}")
    return Process(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), last_words)


def train(name, command, steps):
    """Has a side train."""
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model")
        process = ended(name, [*command, "--steps", str(steps), "--model", model])
        with open(os.path.join(model, "history.csv"), newline="") as history:
            *_, last = csv.DictReader(history)
    if int(last["step"]) != steps:
        sys.exit(f"compare: {name}: {last['step']} steps, not {steps}")
    return Training(process.seconds, process.peak, float(last["loss"]), process.last_words)


def a_round(sides, work, is_watched):
    """What the work by each side took; nothing once others used the processors during one's."""
    took = {}
    for name, command in sides:
        if is_watched:
            wait_for_quiet([])
        watch = Watch([])
        took[name] = work(name, command)
        # Half a minute of work makes the system itself do something: pages, files. Of two processors it is a fortieth.
        if is_watched and watch.is_disturbed(share=0.05):
            return None
    return took


def measure(title, work, commands, rounds, is_watched):
    """What the work took, one figure a round, by side; and how many rounds were thrown away."""
    sides = list(commands.items())
    figures, turn, thrown = {name: [] for name in commands}, 0, 0
    while turn - thrown < rounds:
        print(f"compare: {title}, round {turn - thrown + 1} of {rounds} …", file=sys.stderr)
        first = turn % len(sides)
        turn += 1
        took = a_round(sides[first:] + sides[:first], work, is_watched)
        if took is None:
            thrown += 1
            continue
        for name, figure in took.items():
            figures[name].append(figure)
    return figures, thrown


# --- The report -----------------------------------------------------------------------------------------------------


def row(title, took, value):
    """Each side's values, of which the last is ours, and how many times ours the best of the others' is."""
    figures = {name: [value(figure) for figure in each] for name, each in took.items()}
    *peers, ours = figures
    best = min(peers, key=lambda name: statistics.median(figures[name]))
    middle, quartiles = spread([theirs / own for theirs, own in zip(figures[best], figures[ours])])
    return [title, *(" ".join(spread(values)) for values in figures.values()), f"**{middle}** {quartiles}"]


def introduction(rounds, thrown, is_watched):
    """The machine, and how it was measured."""
    if is_watched:
        quiet = f"Rounds thrown away because others used the processors meanwhile: {thrown}."
    else:
        quiet = "It was not watched whether others used the processors meanwhile."
    medians = f"Medians of {rounds} rounds, quartiles in brackets." if rounds > 1 else "A single round."
    return f"{machine()}. {medians} {quiet}"


def report(trainings, steps):
    """The table: each side's time, memory and loss, and how many times ours the best of PyTorch's is."""
    *peers, ours = trainings
    losses = [statistics.median(training.loss for training in made) for made in trainings.values()]
    return table([
        [f"{steps} steps at batch 128", *(f"PyTorch, {name}" for name in peers), ours, f"best of PyTorch / {ours}"],
        row("seconds", trainings, lambda training: training.seconds),
        row("megabytes at most", trainings, lambda training: training.peak / 1e6),
        ["mean loss of the steps", *(f"{loss:.3f}" for loss in losses), ""]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ddpm", metavar="FILE", default=os.path.join(ROOT, ".build", "release", "ddpm"))
    parser.add_argument("--python", default=sys.executable, help="a Python that has what requirements.txt lists")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads for both")
    parser.add_argument("--steps", type=int, default=100, help=f"steps of a training, up to the {EPOCH} of an epoch")
    parser.add_argument("--rounds", type=int, help="rounds (5; 1 with --quick)")
    parser.add_argument("--quick", action="store_true", help="a single round")
    parser.add_argument("--unwatched", action="store_true", help="measure even while others use the processors")
    options = parser.parse_args()
    if not 1 <= options.steps <= EPOCH:
        parser.error(f"--steps: expected 1 to {EPOCH}, found {options.steps}")
    rounds = options.rounds or (1 if options.quick else 5)

    folder = os.environ.get("MNIST_DIR") or "data/mnist"
    mnist = os.environ["MNIST_DIR"] = os.path.join(ROOT, folder)
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        if not os.path.exists(os.path.join(mnist, name)):
            print(f"Not measured: there is no {name} in {folder}; `make mnist` fetches it.")
            print(f"compare: no whole trainings without {folder}/{name}: make mnist fetches it", file=sys.stderr)
            return

    threads = ["--threads", str(options.threads)]
    peer = [options.python, os.path.join(HERE, "peer_training.py"), "--mnist", mnist, *OPTIONS, *threads]
    commands = {name: peer + more for name, more in PEERS.items()}
    commands["chapter 5"] = [options.ddpm, "train", "--dataset", "mnist", "--epochs", "1", "--warm-up", "0", "--decay",
                             "constant", *OPTIONS, *threads]
    is_watched = Watch.is_possible and not options.unwatched
    for name, command in commands.items():
        train(name, command, 1)  # from then on the system has every file in memory
    trainings, thrown = measure("whole trainings", lambda name, command: train(name, command, options.steps), commands,
                                rounds, is_watched)

    print(introduction(rounds, thrown, is_watched) + "\n")
    print(f"- {trainings[next(iter(PEERS))][-1].last_words}")
    print(f"- Diffusion by Hand, Swift alone, {options.threads} threads, fp32\n")
    print(report(trainings, options.steps))


if __name__ == "__main__":
    main()
