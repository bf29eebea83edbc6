#!/usr/bin/env python3
"""Measures this project's engine, PyTorch and, for predictions, ONNX Runtime and OpenVINO in turn, on the same machine,
and prints what they took.

Each side is a process that reads a work a line ("train S 128") and answers with the seconds of one repetition; peer.py
says what that counts. PyTorch takes part in several ways, each in a process of its own. A round is a turn of each side:
repetitions for a quarter of a second, of which the median counts. The order changes from round to round.

Two threads that wait for each other lose far more to a third than its share: PyTorch becomes up to twenty times slower
with one of two cores taken, which would flatter the engine. So no round begins before the machine is quiet, and one in
which others used the processors is thrown away.
"""

import argparse
import os
import platform
import resource
import shlex
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WORKS = {f"{kind} {network} {batch}": f"{title}, network {network}, batch {batch}"
         for kind, title, batch in (("train", "training step", 128), ("forward", "prediction", 64),
                                    ("forward", "prediction", 1))
         for network in ("S", "M")}
PEERS = {"eager, channels last": [], "eager, contiguous": ["--contiguous"],
         "compiled, channels last": ["--compile"], "compiled, contiguous": ["--compile", "--contiguous"]}
RUNTIMES = {"ONNX Runtime": ["--runtime", "onnxruntime"], "OpenVINO": ["--runtime", "openvino"]}  # predictions only
TURN = 0.25  # seconds


class Side:
    """A process that does a work when asked, and sleeps when not."""

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if not answer or answer.startswith("error"):
            sys.exit(f"compare: {self.name} on \"{line}\": {answer or 'ended'}")
        return answer

    def turn(self, work):
        """The median of the seconds of a repetition."""
        time.sleep(0.1)  # for the other sides' threads to fall asleep; ONNX Runtime's take 0.03 s
        seconds = []
        while sum(seconds) < TURN:
            seconds.append(float(self.ask(work)))
        return statistics.median(seconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# --- Who uses the processors? ---------------------------------------------------------------------------------------


def processor_time(side):
    """The seconds of processor that a side has used, where the system says so."""
    with open(f"/proc/{side.process.pid}/stat") as stat:
        user, system = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def foreign_time(sides):
    """The seconds of processor that others than the sides, and than children of this process that have ended, have used
    so far: processes, interrupts, and other virtual machines on the same processors."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, interrupts, soft_interrupts, stolen = map(int, stat.readline().split()[1:9])
    busy = (user + nice + system + interrupts + soft_interrupts + stolen) / os.sysconf("SC_CLK_TCK")
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = time.process_time() + ended.ru_utime + ended.ru_stime
    return busy - own - sum(map(processor_time, sides))


class Watch:
    """Tells whether others used the processors since it was made."""

    is_possible = os.path.exists("/proc/stat")

    def __init__(self, sides):
        self.sides, self.begun = sides, time.perf_counter()
        self.foreign = foreign_time(sides) if self.is_possible else 0

    def is_disturbed(self, share=0.01):
        """A hundredth of the time is what an idle system needs; the system counts in hundredths of a second."""
        if not self.is_possible:
            return False
        return foreign_time(self.sides) - self.foreign > 0.03 + share * (time.perf_counter() - self.begun)


def wait_for_quiet(sides, patience=1800):
    """Returns when nobody uses the processors, the sides included, which have nothing to do."""
    given_up = time.perf_counter() + patience
    while time.perf_counter() < given_up:
        watch = Watch([])
        time.sleep(0.2)
        if not watch.is_disturbed():
            return
    sys.exit("compare: the machine is never quiet")


# --- Measuring ------------------------------------------------------------------------------------------------------


def warm_up(side, sides, work):
    """Lets a side do a work until it gets no faster: till an undisturbed turn isn't 3 % faster than the best before."""
    best, turns = float("inf"), 0
    while True:
        wait_for_quiet(sides)
        watch = Watch(sides)
        seconds = side.turn(work)
        if watch.is_disturbed():
            continue  # as when it compiles, which other processes do for it
        turns += 1
        if turns > 3 and seconds > 0.97 * best:
            return
        best = min(best, seconds)


def measure(sides, work, rounds):
    """The seconds of a repetition, by side, one figure a round; and how many rounds were thrown away."""
    for side in sides:
        warm_up(side, sides, work)
    figures, turn, thrown = {side.name: [] for side in sides}, 0, 0
    while turn - thrown < rounds:
        first = turn % len(sides)
        turn += 1
        wait_for_quiet(sides)
        watch = Watch(sides)
        times = {side.name: side.turn(work) for side in sides[first:] + sides[:first]}
        if watch.is_disturbed():
            thrown += 1
            continue
        for name, seconds in times.items():
            figures[name].append(seconds)
    return figures, thrown


def peak_memory(name, command, work):
    """The bytes that a process has held at most after three repetitions of one work, and nothing else."""
    side = Side(name, command)
    for _ in range(3):
        side.ask(work)
    peak = int(side.ask("peak"))
    side.close()
    return peak


# --- The report -----------------------------------------------------------------------------------------------------


def machine():
    name = platform.processor()
    if sys.platform == "darwin":
        query = ["sysctl", "-n", "machdep.cpu.brand_string"]
        name = subprocess.run(query, capture_output=True, text=True).stdout.strip()
    elif os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    return f"{name or 'unknown processor'}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def digits(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def spread(values, scale=1):
    """The median, and in brackets the quartiles."""
    low, _, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else 3 * values
    return digits(scale * statistics.median(values)), f"({digits(scale * low)}–{digits(scale * high)})"


def fastest(names, figures):
    """Two cells: the time of the fastest of these sides, and over the engine's, round by round."""
    theirs = min((figures[name] for name in names), key=statistics.median)
    middle, quartiles = spread([their / our for their, our in zip(theirs, figures["engine"])])
    return [" ".join(spread(theirs, 1e3)), f"**{middle}** {quartiles}"]


def table(rows):
    head, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] + ["---:"] * (len(head) - 1), *body])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", metavar="COMMAND", default=os.path.join(HERE, ".build", "release", "engine"),
                        help="a command that has peer.py's protocol")
    parser.add_argument("--python", default=sys.executable, help="a Python that has what requirements.txt lists")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads for all but the engine")
    parser.add_argument("--rounds", type=int, help="rounds for each work (15; 3 with --quick)")
    parser.add_argument("--only", metavar="TEXT", default="", help="only works with this in them, such as \"forward\"")
    parser.add_argument("--quick", action="store_true", help="few rounds, network S, nothing compiled, no memory")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 15)
    works = [work for work in WORKS if options.only in work and not (options.quick and " M " in work)]
    if not works:
        parser.error(f"no work has \"{options.only}\" in it")

    peer = [options.python, os.path.join(HERE, "peer.py"), "--threads", str(options.threads)]
    commands = {name: peer + more for name, more in PEERS.items() if not (options.quick and "--compile" in more)}
    peers = list(commands)
    runtimes = {name: peer + more for name, more in RUNTIMES.items() if any("forward" in work for work in works)}
    commands["engine"] = shlex.split(options.engine)
    sides = [Side(name, command) for name, command in (runtimes | commands).items()]
    trainers = sides[len(runtimes):]

    best = [["milliseconds", "this engine", "best of PyTorch", "best of PyTorch / engine",
             *(["best of ONNX Runtime and OpenVINO", "best of these two / engine"] if runtimes else [])]]
    every = [["milliseconds", *(f"PyTorch, {name}" for name in peers), *runtimes]]
    thrown = 0
    for work in works:
        print(f"compare: {WORKS[work]} …", file=sys.stderr)
        figures, lost = measure(sides if "forward" in work else trainers, work, rounds)
        thrown += lost
        row = [WORKS[work], " ".join(spread(figures["engine"], 1e3)), *fastest(peers, figures)]
        if runtimes:
            row += fastest(runtimes, figures) if "forward" in work else ["", ""]
        best.append(row)
        every.append([WORKS[work], *(" ".join(spread(figures[name], 1e3)) if name in figures else ""
                                     for name in (*peers, *runtimes))])
    abouts = [side.ask("about") for side in (trainers[0], *sides[:len(runtimes)], trainers[-1])]
    for side in sides:
        side.close()

    memory = [["megabytes at most", *(f"PyTorch, {name}" for name in peers), "this engine", "least / engine"]]
    for work in works:
        if options.quick or not work.startswith("train"):
            continue
        print(f"compare: memory, {WORKS[work]} …", file=sys.stderr)
        *theirs, ours = (peak_memory(name, command, work) for name, command in commands.items())
        memory.append([WORKS[work], *(f"{peak / 1e6:.0f}" for peak in theirs), f"{ours / 1e6:.0f}",
                       f"**{digits(min(theirs) / ours)}**"])

    if Watch.is_possible:
        quiet = f"Rounds thrown away because others used the processors meanwhile: {thrown}."
    else:
        quiet = "This system does not say whether others used the processors meanwhile."
    print(f"{machine()}. Medians of {rounds} rounds, quartiles in brackets. {quiet}\n")
    print("\n".join(f"- {about}" for about in abouts))
    for rows in (best, every, memory):
        if len(rows) > 1:
            print("\n" + table(rows))


if __name__ == "__main__":
    main()
