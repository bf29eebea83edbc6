"""Gives every option of every program values that no option wants, and options that no program has.

The options are the programs' own (`--experimental-dump-help`), so that a new one is tried without being named here. Each
time the program must end within seconds, with status 64 (or 1, where the value is a path or in a range), one line on
standard error that names the option or the path, nothing on standard output, and nothing written.

    options.py [--quick] [--only PROGRAM]
"""

import argparse
import itertools
import json
import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import trials
from trials import Failed, difference, run, tree

# What a program needs beside the option, so that the option means something; a run that gets so far that it would write is
# refused where nobody can write.
CONTEXTS = {
    "ddpm train": [["--dataset", "drawn"]],
    "ddpm sample": [["--model", "nowhere"]],
    "ddpm judge": [["--model", "nowhere"]],
    "ddpm bound": [["--model", "nowhere"]],
    "ddpm likelihood": [["--model", "nowhere"]],
    "ddpm predict": [["--model", "nowhere", "--input", "nowhere", "--output", "/proc/nowhere"]],
    "ddpm info": [["nowhere"]],
    "weave": [["--book", "1,2", "1"]],
    "bind": [["nowhere", "/proc/page"]],
}
CHAPTERS = subprocess.run(["sh", f"{trials.ROOT}/Tools/chapters.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
PROGRAMS = [f"chapter{number}" for number in CHAPTERS] + list(CONTEXTS)
NOWHERE = ["--out", "/proc/nowhere"]

# No number, no list of numbers, and none of a few words.
WRONG = [
    "", " ", "x", "½", "0.5,", "1;2", "1 2", " 1", "1 ", "1e", "1e+", "--", "-", "-x", "--quick", "=", "0x", "1_000", "١",
    "true", "null", "99999999999999999999999x", "%s%n", "$(id)", "../..", "a\nb", "\x07\x1b[31m", "\u2028", "9" * 100_000 + "x",
    "x" * 100_000,
]
# Numbers beyond every range. (-1 is left to what the option says of itself.)
BEYOND_INTEGERS = "9" * 20
WRONG_NUMBERS = ["1e999", "-1e999", "NaN", "nan", "-nan", "inf", "-inf", "infinity", BEYOND_INTEGERS, "-" + "9" * 400]
# Paths to what is not there and cannot be.
WRONG_PATHS = [
    "", "/proc/nowhere", "/dev/null/x", "n" * 300 + "/x", "n" * 100_000, "/proc/a\nb", "/proc/\x1b[31m", "/proc/\u2028", "/proc/½",
    "/proc/%s%n",
]
UNKNOWN = [
    ["--unknown"], ["--unknown", "1"], ["--unknown=1"], ["--Seed", "1"], ["--seeds", "1"], ["-z"], ["-"], ["--", "--seed"],
    ["--se\ned", "1"], ["--\x1b[31m"], ["--" + "x" * 100_000], ["--½"], ["extra\nextra"], ["", ""], ["--=1"], ["---seed", "1"],
]


def options(program):
    """The program's options with a value, its flags, and its help's words for each."""
    name, *subcommand = program.split()
    command = json.loads(run([name, "--experimental-dump-help"], trials.ROOT).output)["command"]
    for word in subcommand:
        command = next(one for one in command["subcommands"] if one["commandName"] == word)
    arguments = command["arguments"]
    found = {"option": {}, "flag": {}, "positional": {}}
    for argument in arguments:
        name = argument["valueName"] if argument["kind"] == "positional" else argument["preferredName"]["name"]
        found[argument["kind"]][name] = argument
    return found


def outside(words):
    """Values next to the range that an option's words name."""
    values = []
    ranges = [(float(low), float(high), "." in low + high)
              for low, high in re.findall(r"(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)\b", words)]
    if ranges:
        # Of two ranges, one of them for another command, what is in neither.
        low, high = min(one[0] for one in ranges), max(one[1] for one in ranges)
        is_real = any(one[2] for one in ranges)
        values += [str(low - 0.001), str(high + 0.001)] if is_real else [str(int(low) - 1), str(int(high) + 1)]
    for low in re.findall(r"\b(\d+) or more\b|\bfrom (\d+)(?: \(|\.|$)", words):
        values.append(str(int("".join(low)) - 1))
    if "above 0" in words:
        values += ["0", "-1"]
    if "in (0, 1)" in words:
        values += ["0", "1", "-0.5", "1.5"]
    if "in [0, 1)" in words:
        values += ["1", "-0.5", "1.5"]
    return values


class Sweep:
    def __init__(self, folder):
        self.folder, self.before = folder, tree(folder)
        self.slowest = 0

    def expect(self, program, arguments, statuses, named):
        """Runs a program and says what is wrong with how it ended; an empty text where nothing is."""
        before = time.monotonic()
        ended = run(program.split() + arguments, self.folder, limit=30)
        seconds = time.monotonic() - before
        self.slowest = max(self.slowest, seconds)
        problem = None
        if ended.status not in statuses:
            problem = f"ended with {ended.status} instead of {' or '.join(map(str, statuses))}"
        elif ended.error.count("\n") != 1 or not ended.error.endswith("\n"):
            problem = "not one line on standard error"
        elif not ended.error.startswith(f"{program.split()[0]}: "):
            problem = "the line does not begin with the program's name"
        elif any(ord(letter) < 32 or letter == "\u2028" for letter in ended.error[:-1]):
            problem = "control characters in the line"
        elif named and not any(name in ended.error for name in named):
            problem = f"the line names none of {', '.join(named)}"
        elif ended.output:
            problem = "something on standard output"
        elif seconds > 10:  # It takes a hundredth of that, but machines are busy.
            problem = f"took {seconds:.0f} s"
        if problem:
            shown = " ".join(repr(one if len(one) < 200 else one[:20] + "…") for one in arguments)
            raise Failed(f"{program} {shown}\n{problem}: {ended.error[:500]!r}\nto repeat: run that in an empty folder")


def takes_any_word(program, option):
    """Whether an option is a path: others refuse this one for what it is."""
    required = without(option, CONTEXTS.get(program, [[]])[0])
    return "is invalid for" not in run(program.split() + [option, "/proc/nowhere"] + required, trials.ROOT).error


def without(option, context):
    """A context in which the option's own value gives way."""
    if option not in context:
        return context
    place = context.index(option)
    return context[:place] + context[place + 2:]


def trials_of(program):
    """Every command line to try: arguments, accepted statuses, what the line must name."""
    known = options(program)
    contexts = CONTEXTS.get(program, [[]])
    nowhere = NOWHERE if "out" in known["option"] else []
    for unknown, context in itertools.product(UNKNOWN, contexts):
        yield context + unknown, [64], None
    for flag in set(known["flag"]) - {"help", "version"}:
        # (An empty one is taken for none.)
        for value in ["1", "yes", "a\nb", "x" * 100_000]:
            yield contexts[0] + [f"--{flag}={value}"], [64], [f"--{flag}"]
    for name, argument in known["option"].items():
        option = f"--{name}"
        is_path = takes_any_word(program, option)
        values = WRONG_PATHS if is_path else WRONG + WRONG_NUMBERS + outside(argument.get("abstract", ""))
        for number, (value, context) in enumerate(itertools.product(values, contexts)):
            # A trainer's model says where it writes, and then --out is one option too many.
            out = [] if name == "out" or (program, name) == ("ddpm train", "model") else nowhere
            rest = without(option, context) + out
            statuses, named = ([1, 64], None) if is_path else ([64], [option])
            if value == BEYOND_INTEGERS and "above 0" in argument.get("abstract", ""):
                statuses, named = [1, 64], None
            yield rest + [option, value], statuses, named
            more = [f"{option}={value}"] if number % 2 else [option, value, option, value]
            yield rest + more, statuses, named
        yield without(option, contexts[0]) + [option], [64], [option]
        yield without(option, contexts[0]) + nowhere + [option, option], [1, 64], None
    if program == "weave":
        for value in WRONG:
            yield ["--book", "1,2", value], [64], None
    if "threads" in known["option"]:
        # Where an option comes twice, the last counts; what is no number is seen wherever it stands.
        for value in ["x", "1e3", ""]:
            yield nowhere + ["--threads", value, "--threads", "1"], [64], ["--threads"]
            yield nowhere + ["--threads", "1", "--threads", value], [64], ["--threads"]


def main():
    parser = argparse.ArgumentParser(description="Gives every option values that no option wants.")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only")
    chosen = parser.parse_args()
    begin = time.monotonic()
    with trials.Folder() as folder, ThreadPoolExecutor(2) as pool:
        sweep = Sweep(folder)
        count, all_options = 0, 0
        for program in PROGRAMS if chosen.only is None else [chosen.only]:
            known = options(program)
            all_options += len(known["option"]) + len(known["flag"])
            lines = list(trials_of(program))
            if chosen.quick:
                lines = random.Random(program).sample(lines, min(len(lines), 70))
            for future in [pool.submit(sweep.expect, program, *line) for line in lines]:
                future.result()
            count += len(lines)
            written = difference(tree(folder), sweep.before)
            if written:
                raise Failed(f"{program}: {written}")
    print(f"options: {all_options} options of {len(PROGRAMS)} programs, {count} command lines: each refused in a line, nothing "
          f"written; the slowest took {sweep.slowest:.1f} s ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"options: {failed}")
