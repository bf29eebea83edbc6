#!/usr/bin/env python3
"""Measures PyTorch and this project's engine in turn, on the same machine, and prints one table.

Each side is a process that reads a work a line ("train S 128") and answers with the seconds of one repetition; peer.py
says what that counts. A round is a few repetitions by one side, then by the next; the order turns from round to round.
"""

import argparse
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# work, what a row calls it, images in a repetition, repetitions in a round
WORKS = [(f"{kind} {name} {batch}", f"{title}, network {name}, batch {batch}", batch, inner)
         for kind, title, batch, inner in (("train", "training step", 128, 1), ("forward", "prediction", 64, 3),
                                           ("forward", "prediction", 1, 20))
         for name in ("S", "M")]
MEMORY = [(f"train {name} 128", f"peak memory, training network {name}, batch 128") for name in ("S", "M")]


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
            sys.exit(f"compare: {self.name} ({' '.join(self.command)}) on \"{line}\": {answer or 'ended'}")
        return answer

    def seconds(self, work):
        return float(self.ask(work))

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def processor_time(self):
        """The seconds of processor this process has used, or None where the system does not say."""
        try:
            with open(f"/proc/{self.process.pid}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            return None


def busy():
    """The seconds of processor that all processes have used, or None where the system does not say."""
    try:
        with open("/proc/stat") as stat:
            user, nice, system = map(int, stat.readline().split()[1:4])
        return (user + nice + system) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None


def machine():
    def first(path, key):
        with open(path) as lines:
            return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), None)

    name = None
    if sys.platform == "darwin":
        query = ["sysctl", "-n", "machdep.cpu.brand_string"]
        name = subprocess.run(query, capture_output=True, text=True).stdout.strip()
    elif os.path.exists("/proc/cpuinfo"):
        name = first("/proc/cpuinfo", "model name")
    return f"{name or platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def others(sides, since):
    """What processes that are not the sides used since then, in seconds of processor, and the time gone by."""
    if since is None:
        return None
    return [now - then for now, then in zip(snapshot(sides), since)]


def snapshot(sides):
    used = busy()
    if used is None:
        return None
    return used - time.process_time() - sum(side.processor_time() for side in sides), time.perf_counter()


def measure(sides, work, inner, rounds, warm_seconds):
    """The seconds of one repetition: for each side, one figure a round. And how many rounds were thrown away.

    Two threads that wait for each other lose far more than a share of the processor to a third: PyTorch becomes up to
    twenty times slower with one of two cores taken. So a round in which other processes worked does not count.
    """
    for side in sides:
        # At least four times, the first of which builds, and until it has been at it for a while.
        began, count = time.perf_counter(), 0
        while count < 4 or time.perf_counter() - began < warm_seconds:
            side.seconds(work)
            count += 1
            if count == 1:
                began = time.perf_counter()
    figures, turn, thrown = [[] for _ in sides], 0, 0
    while len(figures[0]) < rounds:
        since = snapshot(sides)
        round_of = [0.0] * len(sides)
        for index in ((turn + i) % len(sides) for i in range(len(sides))):
            time.sleep(0.02)  # for the other side's threads to fall asleep
            round_of[index] = statistics.median(sides[index].seconds(work) for _ in range(inner))
        turn += 1
        used = others(sides, since)
        if used and used[0] > 0.03 + 0.15 * used[1]:
            thrown += 1
            if thrown > 4 * rounds:
                sys.exit(f"compare: other processes keep the machine busy; measured {work} in vain")
            time.sleep(0.5)
            continue
        for values, value in zip(figures, round_of):
            values.append(value)
    return figures, thrown


def check_idle(sides):
    """Says so if a side uses the processor while nothing is asked of it."""
    time.sleep(0.1)
    before = [side.processor_time() for side in sides]
    time.sleep(0.5)
    for side, used in zip(sides, before):
        if used is not None and side.processor_time() - used > 0.02:
            print(f"compare: {side.name} uses the processor while idle", file=sys.stderr)


def quartiles(values):
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def digits(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def cell(values, scale):
    low, high = quartiles(values)
    return f"{digits(scale * statistics.median(values))} ({digits(scale * low)}–{digits(scale * high)})"


def ratio(peers, own):
    """The best PyTorch's median over the engine's, and the quartiles of the same ratio, round by round."""
    best = min(peers, key=statistics.median)
    low, high = quartiles([theirs / ours for theirs, ours in zip(best, own)])
    return f"**{statistics.median(best) / statistics.median(own):.2f}×** ({low:.2f}–{high:.2f})"


def table(rows):
    head, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] + ["---:"] * (len(head) - 1), *body])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", metavar="COMMAND", help="the engine, a command of the same protocol")
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch and diffusers")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads for PyTorch")
    parser.add_argument("--compile", nargs="?", const="default", metavar="MODE", help="measure torch.compile as well")
    parser.add_argument("--peer-options", default="", metavar="OPTIONS", help="more options for peer.py")
    parser.add_argument("--rounds", type=int, help="rounds a work (15; 3 with --quick)")
    parser.add_argument("--only", metavar="TEXT", help="only works with this in them, such as \"forward S\"")
    parser.add_argument("--quick", action="store_true", help="few rounds, network S, no memory")
    parser.add_argument("--out", metavar="FILE", help="write the table here too")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 15)
    wanted = lambda work: (options.only or "") in work and not (options.quick and " M " in work)

    peer = [options.python, os.path.join(HERE, "peer.py"), "--threads", str(options.threads)]
    peer += shlex.split(options.peer_options)
    commands = [("PyTorch eager", peer)]
    if options.compile:
        commands.append(("PyTorch compiled", peer + ["--compile", options.compile]))
    if options.engine:
        commands.append(("this engine", shlex.split(options.engine)))

    sides = [Side(name, command) for name, command in commands]
    abouts = [(side.name, side.ask("about")) for side in sides]
    names = [side.name for side in sides]
    rows = [["milliseconds an image", *names] + (["PyTorch / engine"] if options.engine else [])]
    thrown = 0
    for work, title, batch, inner in WORKS:
        if not wanted(work):
            continue
        print(f"compare: {title} …", file=sys.stderr)
        figures, lost = measure(sides, work, inner, rounds, 0.2 if options.quick else 1.0)
        thrown += lost
        row = [title] + [cell(values, 1000 / batch) for values in figures]
        rows.append(row + ([ratio(figures[:-1], figures[-1])] if options.engine else []))
    check_idle(sides)
    for side in sides:
        side.close()

    memory = [["megabytes", *names] + (["PyTorch / engine"] if options.engine else [])]
    for work, title in MEMORY:
        if options.quick or not wanted(work):
            continue
        print(f"compare: {title} …", file=sys.stderr)
        peaks = []
        for name, command in commands:
            side = Side(name, command)
            for _ in range(3):
                side.ask(work)
            peaks.append(int(side.ask("peak")))
            side.close()
        row = [title] + [f"{peak / 1e6:.0f}" for peak in peaks]
        memory.append(row + ([f"**{min(peaks[:-1]) / peaks[-1]:.1f}×**"] if options.engine else []))

    parts = [f"{machine()}; medians of {rounds} rounds in turn, quartiles in brackets.",
             "\n".join(f"- {name}: {about}" for name, about in abouts), table(rows)]
    if len(memory) > 1:
        parts.append(table(memory))
    if thrown:
        parts.append(f"Thrown away, because other processes were at work: {thrown} rounds.")
    text = "\n\n".join(parts) + "\n"
    print(text, end="")
    if options.out:
        with open(options.out, "w") as file:
            file.write(text)


if __name__ == "__main__":
    main()
