"""Kills trainings and samplings (SIGKILL, which nothing can catch), lets them go on, and compares the end.

First at seeded moments: a training is killed again and again, and resumed each time with another number of threads, until
it ends; a sampling is killed and made again. Then at every call by which they write, by the shim of faults.c. The end has to
be the undisturbed one byte for byte, with nothing left over, and after each kill every file is a whole one.

    kills.py [--quick] [--seed N]
"""

import argparse
import random
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import faults
import trials
from trials import Failed, difference, end, is_hidden, run, run_well, start, tree

TRAINING = ("ddpm train --dataset pictures --anyway --model m --epochs 40 --keep 7,30 --dropout 0.1 --decay steps --batch-size 4 "
            "--channels 8 --multipliers 1 --attention none").split()
SAMPLING = "ddpm sample --model model --count 60 --steps 20 --out out".split()


def timed(arguments, folder):
    before = time.monotonic()
    run_well(arguments, folder)
    return time.monotonic() - before


class Moments:
    """One program that is killed at moments of a seed; `kills` of them, in one folder after the other."""

    def __init__(self, name, work, seed):
        self.name, self.work, self.seed = name, work, seed
        self.numbers = random.Random(f"{name} {seed}")
        self.hits = 0  # kills in the middle of a writing
        self.ends = 0
        self.template = f"{work}/{name}"
        trials.write_pictures(f"{self.template}/pictures")
        if name == "sampling":
            run_well("ddpm train --dataset pictures --anyway --model model --steps 1".split() + trials.TINY, self.template)
        self.whole = f"{work}/{name}-whole"
        shutil.copytree(self.template, self.whole)
        arguments = TRAINING if name == "training" else SAMPLING
        self.duration = timed(arguments + ["--threads", "2"], self.whole)
        self.after = tree(self.whole)

    def arguments(self, folder, kills):
        threads = ["--threads", str(kills % 3 + 1)]
        if self.name == "sampling":
            return SAMPLING + threads
        return faults.with_resume(TRAINING, folder) + threads

    def disturb(self, kills):
        made, round = 0, 0
        while made < kills:
            round += 1
            folder = f"{self.work}/{self.name}-{round}"
            shutil.copytree(self.template, folder)
            own = 0
            # Not for ever: on a machine that has become busier it may come to nothing before it is killed.
            while made < kills and own < 20:
                process = start(self.arguments(folder, own), folder)
                time.sleep(self.numbers.uniform(0, 1.1 * self.duration))
                process.kill()
                ended = end(process)
                if ended.status == 0:
                    break
                self.require(ended.status == 137, f"ended with {ended.status}: {ended.error}", round, own)
                own, made = own + 1, made + 1
                found = tree(folder)
                self.hits += any(is_hidden(path) for path in found)
                if self.name == "sampling":
                    files = {path: crc for path, crc in found.items() if crc is not None and not is_hidden(path)}
                    self.require(all(self.after[path] == crc for path, crc in files.items()), "half a file", round, own)
            ended = run(self.arguments(folder, own), folder)
            # A training that had come to its end has nothing to do, and says so.
            self.require(ended.status == 0, f"does not go on: {ended.error}", round, own)
            self.require(not difference(tree(folder), self.after), difference(tree(folder), self.after), round, own)
            self.ends += 1
            shutil.rmtree(folder)
        return self

    def require(self, holds, problem, round, own):
        if not holds:
            raise Failed(
                f"{self.name}: {problem}\nin folder {round}, after kill {own}; moments depend on the machine: "
                f"to try the same ones, python3 -B Tests/Torture/kills.py --seed {self.seed}")


def kill_at(torture, at):
    """Kills before a call and lets the program go on."""
    folder = torture.copied(f"kill{at}")
    case = torture.case
    ended = run(
        case.arguments, folder, LD_PRELOAD=trials.SHIM, FAULTS_BELOW=folder, FAULTS_AT=str(at), FAULTS_DO="kill")

    def files(tree):
        return {path: crc for path, crc in tree.items() if crc is not None and not is_hidden(path)}

    problem = difference(files(tree(folder)), files(torture.state(at)))
    if ended.status != 137:
        problem = f"ended with {ended.status}: {ended.error}"
    if not problem:
        arguments = case.goes_on(folder) if case.goes_on else case.arguments
        ended = run([str(2) if before == "--threads" else one for before, one in zip([""] + arguments, arguments)], folder)
        problem = difference(tree(folder), torture.after) or ("" if ended.status == 0 else f"does not go on: {ended.error}")
    if problem:
        call = torture.calls[at - 1]
        raise Failed(
            f"{case.name}: {problem}\nkilled before {call.name} {call.path}\n"
            f"to repeat: python3 -B Tests/Torture/kills.py --only {case.name} --at {at}")
    shutil.rmtree(folder)


def main():
    options = argparse.ArgumentParser(description="Kills trainings and samplings, and lets them go on.")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only")
    options.add_argument("--at", type=int)
    options = options.parse_args()
    begin = time.monotonic()
    has_shim = trials.build_shim()
    with trials.Folder() as work, ThreadPoolExecutor(2) as pool:
        if options.at:
            case = next(case for case in faults.cases() if case.name == options.only)
            kill_at(faults.Torture(case, trials.made(f"{work}/{case.name}")), options.at)
            print(f"{options.only}: killed before call {options.at}: as it should be")
            return
        trainings, samplings = (14, 6) if options.quick else (140, 60)
        moments = [Moments(name, trials.made(f"{work}/{name}s"), options.seed) for name in ["training", "sampling"]]
        futures = [pool.submit(moments[0].disturb, trainings), pool.submit(moments[1].disturb, samplings)]
        for future in futures:
            future.result()
        calls = 0
        for case in faults.cases() if has_shim else []:
            if case.name not in ["training", "resuming", "sampling", "chapter1"]:
                continue
            torture = faults.Torture(case, trials.made(f"{work}/{case.name}"))
            chosen = range(1, len(torture.calls) + 1)
            if options.quick:
                chosen = random.Random(options.seed).sample(chosen, 8)
            for future in [pool.submit(kill_at, torture, at) for at in chosen]:
                future.result()
            calls += len(chosen)
    print(f"kills: {trainings} at moments of trainings and {samplings} of samplings, {sum(one.hits for one in moments)} of "
          f"them while they wrote; {calls} at calls by which they write; {sum(one.ends for one in moments) + calls} ends, "
          f"each the undisturbed one ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"kills: {failed}")
