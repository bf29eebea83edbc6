"""Lets every way of writing fail: no space, no permission, an error on each call, in turn, in every program that writes.

A program is run once to list the calls by which it writes (mkdir, open, write, fsync, rename, close), and then again for
each of them, failing there. Every time it must end with status 1 and one line that names the file; the files are then as
they were, but for those whose renaming came before the failure; nothing is left over. What is no failure, a write that takes
half and a call that a signal interrupts, must change nothing at all. A training must go on to the undisturbed end.

    faults.py [--quick] [--only CASE] [--at CALL --do FAULT]
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import trials
from trials import TINY, Failed, difference, run, run_well, tree, write

FAULTS = {
    "mkdir": ["ENOSPC", "EACCES", "EROFS"],
    "open": ["EMFILE", "EACCES", "ENOSPC", "EINTR"],
    "write": ["ENOSPC", "EIO", "EDQUOT", "short", "EINTR"],
    "fsync": ["EIO", "ENOSPC", "EINTR"],
    "rename": ["EIO", "ENOSPC", "EACCES"],
    "close": ["EIO", "EDQUOT", "EINTR"],
}
NO_FAILURES = ["short", "EINTR"]
# What a full disk, a failing one, and one that was remounted to be read only do from some moment on.
LASTING = {"write": "ENOSPC", "open": "EROFS", "mkdir": "EROFS", "fsync": "EIO", "rename": "EROFS"}


class Case:
    """A program that writes.

    - outputs: where it may write; what its message names begins with one of these
    - prepare: makes what it reads, and the earlier result
    - calls: how many calls fail, spread over all; None for each with each of its faults, 0 for each with one of them
    - quick: the same for --quick, where 0 leaves the case out
    - goes_on: the arguments that finish what was begun; None where there is no such thing
    """

    def __init__(self, name, arguments, outputs, prepare, calls=None, quick=4, goes_on=None):
        self.name, self.outputs, self.prepare = name, outputs, prepare
        self.arguments = arguments.split() if isinstance(arguments, str) else arguments
        self.calls, self.quick, self.goes_on = calls, quick, goes_on


TRAINING = ["ddpm", "train", "--dataset", "pictures", "--anyway", "--model", "m", "--epochs", "2", "--keep", "1"] + TINY
MODEL28 = "ddpm train --dataset drawn --limit 4 --epochs 1 --model model".split() + TINY


def with_resume(training, folder):
    has_begun = os.path.exists(f"{folder}/m/training/checkpoint.safetensors")
    return training + (["--resume"] if has_begun else [])


def resumed(folder):
    return with_resume(TRAINING, folder)


def pictures(folder):
    trials.write_pictures(f"{folder}/pictures")


def half_trained(folder):
    pictures(folder)
    run_well(TRAINING + ["--steps", "4"], folder)


def small_model(folder):
    pictures(folder)
    run_well("ddpm train --dataset pictures --anyway --model model --steps 1".split() + TINY, folder)
    trials.write_request(f"{folder}/request")


def model_of_digits(folder):
    trials.write_mnist(f"{folder}/mnist")
    run_well(MODEL28, folder)


# By these a program recognizes what an earlier run has written.
MARKS = ["samples.safetensors", "judged.csv", "likelihood.csv", "answer"]


def earlier_mark(path):
    """Another file that is recognized: a table of the same columns, or tensors of the same names."""
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".csv"):
        return data[:data.index(b"\n") + 1]
    return data[:-1] + bytes([data[-1] ^ 1])


def earlier(arguments, prepare=None):
    """Prepares a folder `out` with other files of the names that the program writes."""

    def prepared(folder):
        if prepare:
            prepare(folder)
        run_well(arguments, folder)
        for path, crc in tree(f"{folder}/out").items():
            if path in MARKS:
                write(f"{folder}/out/{path}", earlier_mark(f"{folder}/out/{path}"))
            elif crc is not None:
                write(f"{folder}/out/{path}", b"an earlier " + path.encode())
        write(f"{folder}/out/notes.txt", b"somebody else's")

    return prepared


def page(folder):
    for source in pathlib.Path(trials.ROOT).glob("Chapters/Chapter*/main.swift"):
        write(f"{folder}/{source.relative_to(trials.ROOT)}", source.read_bytes())
    write(f"{folder}/Book/references.json", pathlib.Path(trials.ROOT, "Book/references.json").read_bytes())
    shutil.copytree(f"{trials.ROOT}/data/chapter1", f"{folder}/data/chapter1")
    shutil.copytree(f"{trials.ROOT}/figures", f"{folder}/figures")
    shutil.copytree(f"{trials.ROOT}/Tests/ExerciseTests", f"{folder}/Tests/ExerciseTests")
    for name in ["README.md", "SOLUTIONS.md"]:
        write(f"{folder}/Chapters/Chapter1/{name}", b"an earlier page")


def programs_of_the_page(folder):
    write(f"{folder}/programs/page.wasm", b"page")
    write(f"{folder}/programs/network.wasm", b"network")
    for name in ["Play", "data/models/mnist"]:
        shutil.copytree(f"{trials.ROOT}/{name}", f"{folder}/{name}")
    for name in ["frames.pgm", "frames.csv"]:
        os.makedirs(f"{folder}/data/chapter6", exist_ok=True)
        shutil.copy(f"{trials.ROOT}/data/chapter6/{name}", f"{folder}/data/chapter6/{name}")


def chapter(number, calls, quick):
    arguments = f"chapter{number} --quick --threads 1 --out out".split()

    def prepare(folder):
        for name in os.listdir(f"{trials.ROOT}/data/chapter{number}"):
            write(f"{folder}/out/{name}", b"an earlier " + name.encode())
        # By which the program recognizes the others as its own.
        shutil.copy(f"{trials.ROOT}/data/chapter{number}/record.csv", f"{folder}/out/record.csv")

    return Case(f"chapter{number}", arguments, ["out"], prepare, calls, quick)


def with_earlier(name, arguments, prepare, calls=None, quick=4):
    arguments = arguments.split()
    return Case(name, arguments, ["out"], earlier(arguments, prepare), calls, quick)


def cases():
    sampling = "ddpm sample --model model --count 3 --steps 2 --threads 1 --out out"
    return [
        chapter(1, None, 12),
        Case("chapter1-new", "chapter1 --quick --threads 1 --out out/deep/er", ["out"], lambda folder: None, None, 6),
        chapter(2, 12, 0), chapter(3, 30, 2), chapter(4, 4, 0), chapter(5, 4, 0), chapter(6, 16, 0),
        chapter(7, 8, 0),
        Case("training", TRAINING, ["m"], pictures, 0, 14, resumed),
        Case("resuming", TRAINING + ["--resume"], ["m"], half_trained, 0, 10, resumed),
        with_earlier("sampling", sampling, small_model, 0, 8),
        with_earlier(
            "judging", "ddpm judge --model model --count 4 --steps 2 --threads 1 --out out",
            model_of_digits, 24, 0),
        with_earlier(
            "flow", "ddpm likelihood --model model --count 4 --likelihoods 2 --threads 1 --out out", model_of_digits, 6, 0),
        Case(
            "bound", "ddpm bound --model model --limit 2 --threads 1", ["model"], model_of_digits, 10, 0),
        with_earlier(
            "predicting", "ddpm predict --model model --input request --output out/answer --threads 1", small_model),
        Case("weaving", "weave --book 1,2,3,4,5,6,7,8,11 1", ["Chapters"], page, None, 4),
        with_earlier("binding", "bind programs out/index.html", programs_of_the_page, None, 0),
    ]


class Call:
    """A line of the log: what was called, on which path below the folder, and of a rename the CRC-32 of the file."""

    def __init__(self, line, folder):
        self.name, path, *renamed = line.split(" ")
        self.path = os.path.normpath(os.path.relpath(path, folder))
        self.crc = int(renamed[0], 16) if renamed else None

    @property
    def is_unfinished(self):
        """Whether it is on a file that waits to take its place."""
        return re.search(r"\.partial-[^/]*/\d+$", self.path) is not None


class Torture:
    def __init__(self, case, work):
        self.case, self.work = case, work
        self.template = f"{work}/template"
        os.mkdir(self.template)
        case.prepare(self.template)
        self.before = tree(self.template)
        folder, log = self.copied("whole"), f"{work}/log"
        ended = run(case.arguments, folder, LD_PRELOAD=trials.SHIM, FAULTS_BELOW=folder, FAULTS_LOG=log)
        if ended.status != 0:
            raise Failed(f"{case.name}: ended with {ended.status} undisturbed: {ended.error}")
        with open(log) as file:
            self.calls = [Call(line, folder) for line in file.read().splitlines()]
        self.after, self.error = tree(folder), ended.error

    def copied(self, name):
        folder = f"{self.work}/{name}"
        shutil.copytree(self.template, folder)
        return folder

    def faults(self, count, numbers):
        """Which calls fail, and how: each with each of its faults, or so many of all kinds of calls."""
        lasting = [
            (at, fault, True) for name, fault in LASTING.items()
            for at in [next((n for n, call in enumerate(self.calls, 1) if call.name == name), None)] if at]
        each = [(at, fault, False) for at, call in enumerate(self.calls, 1) for fault in FAULTS[call.name]]
        if count is None:
            return each + lasting
        if count == 0:
            kinds = [FAULTS[call.name] for call in self.calls]
            return [(at, kinds[at - 1][at % len(kinds[at - 1])], False) for at in range(1, len(kinds) + 1)] + lasting
        chosen = []
        kinds = list(FAULTS)
        while len(chosen) < count:
            # Every kind of call in turn: of the renames and the last calls there are few.
            kind = kinds[len(chosen) % len(kinds)]
            of_kind = [one for one in each if self.calls[one[0] - 1].name == kind]
            chosen.append(numbers.choice(of_kind))
        return chosen

    def state(self, at):
        """The tree when a call fails: what was before, and the renames that came first."""
        expected = dict(self.before)
        for call in self.calls[:at - 1]:
            if call.crc is None:
                continue
            expected[call.path] = call.crc
            outer = os.path.dirname(call.path)
            while outer:
                expected[outer] = None
                outer = os.path.dirname(outer)
        return expected

    def named(self, at):
        """The file that the message must name; None where it is any of the outputs."""
        call = self.calls[at - 1]
        if call.name == "rename":
            return call.path
        if not call.is_unfinished:
            return None
        # Of one writing all files are renamed together, in the order in which they were made.
        first = next(n for n in range(at, len(self.calls)) if self.calls[n].name == "rename")
        begin = next((n for n in range(at - 1, 0, -1) if self.calls[n - 1].name == "rename"), 0)
        made = list(dict.fromkeys(one.path for one in self.calls[begin:first] if one.is_unfinished))
        return self.calls[first + made.index(call.path)].path

    def try_fault(self, at, fault, lasting=False):
        call = self.calls[at - 1]
        repeat = f"{self.case.name}: {call.name} {call.path}, call {at}, {fault}" + (" from then on" if lasting else "")
        repeat += f"\nto repeat: python3 -B Tests/Torture/faults.py --only {self.case.name} --at {at} --do {fault}"
        repeat += " --lasting" if lasting else ""
        folder = self.copied(f"{at}{fault}{lasting}")
        more = {"FAULTS_LASTING": "1"} if lasting else {}
        ended = run(
            self.case.arguments, folder, LD_PRELOAD=trials.SHIM, FAULTS_BELOW=folder, FAULTS_AT=str(at),
            FAULTS_DO=fault, **more)
        found = tree(folder)
        # Of a folder that was only read there is nothing to lose when it is closed.
        if fault in NO_FAILURES or call.name == "close" and not call.is_unfinished:
            problem = difference(found, self.after) or ("" if ended.status == 0 else f"ended with {ended.status}")
        else:
            problem = difference(found, self.state(at)) or self.complaint(ended, at)
            if not problem and self.case.goes_on:
                ended = run(self.case.goes_on(folder), folder)
                problem = difference(tree(folder), self.after) or ("" if ended.status == 0 else "does not go on")
        if problem:
            raise Failed(f"{problem}\n{ended.error}{repeat}")
        shutil.rmtree(folder)

    def complaint(self, ended, at):
        """What is wrong with how the program has told of the failure."""
        if ended.status != 1:
            return f"ended with {ended.status}"
        # What the program says undisturbed comes before.
        lines = [line for line in ended.error.splitlines() if line not in self.error.splitlines()]
        if len(lines) != 1:
            return "not one line of failure on standard error"
        program = self.case.arguments[0]
        named = self.named(at)
        if named:
            return "" if lines[0].startswith(f"{program}: {named}: ") else f"the line does not name {named}"
        places = tuple(f"{program}: {output}" for output in self.case.outputs)
        return "" if lines[0].startswith(places) else "the line does not name the file"


def main():
    options = argparse.ArgumentParser(description="Lets every way of writing fail.")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--only")
    options.add_argument("--at", type=int)
    options.add_argument("--do")
    options.add_argument("--lasting", action="store_true")
    options = options.parse_args()
    if not trials.build_shim():
        print("faults: not tried: this needs Linux and a C compiler")
        return
    start, count, tried, kept = time.monotonic(), 0, 0, 0
    chosen = [case for case in cases() if options.only in (None, case.name)]
    if options.quick and not options.only:
        chosen = [case for case in chosen if case.quick]
    with trials.Folder() as work, ThreadPoolExecutor(2) as pool:
        def prepared(case):
            return Torture(case, trials.made(f"{work}/{case.name}"))

        for torture in pool.map(prepared, chosen):
            numbers = random.Random(torture.case.name)
            if options.at:
                torture.try_fault(options.at, options.do, options.lasting)
                print(f"{options.only}: call {options.at}, {options.do}: as it should be")
                return
            faults = torture.faults(torture.case.quick if options.quick else torture.case.calls, numbers)
            futures = [pool.submit(torture.try_fault, *fault) for fault in faults]
            for future in futures:
                future.result()
            count, tried = count + len(torture.calls), tried + len(faults)
            kept += sum(fault[1] in NO_FAILURES for fault in faults)
            if sys.stderr.isatty():
                print(f"{torture.case.name}: {len(torture.calls)} calls, {len(faults)} faults", file=sys.stderr)
    print(f"faults: {len(chosen)} programs with {count} calls; {tried} faults, {kept} of them no failures: "
          f"all told, nothing lost ({time.monotonic() - start:.0f} s)")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"faults: {failed}")
