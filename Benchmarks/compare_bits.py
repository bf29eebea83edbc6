#!/usr/bin/env python3
"""Prints how far PyTorch's numbers move when nothing changes but how they are computed.

Network S, ten training steps at batch 64 as in peer.py, each time in a process of its own with the same weights and the
same numbers to learn from; and a prediction of the first of 64 images, among the others and alone. Printed is the largest
difference of a weight, or of a number predicted, from the first run's: 0 means the same bits. (This engine's are the
same in every row, and for processors and builds too: `make same-bits`.)
"""

import argparse
import os
import subprocess
import sys
import tempfile

from compare import table

CHANGES = {
    "nothing: the same again": ({}, []),
    "one thread instead of two": ({}, ["--threads", "1"]),
    "images contiguous instead of channels last": ({}, ["--contiguous"]),
    "AVX2 instead of what the machine has": ({"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}, []),
}


def side(options):
    """Trains and predicts, and writes the numbers that came out."""
    import numpy
    import torch

    import peer

    torch.set_num_threads(options.threads)
    options.memory_format = torch.contiguous_format if options.contiguous else torch.channels_last
    drawn = numpy.random.default_rng(1)

    def images():
        numbers = drawn.standard_normal((64, 1, 28, 28), dtype=numpy.float32)
        return torch.from_numpy(numbers).to(memory_format=options.memory_format)

    model = peer.network("S", options)
    with torch.inference_mode():
        x, t = images(), torch.from_numpy(drawn.integers(0, peer.STEPS, 64))
        among = model(x, t, return_dict=False)[0][:1]
        alone = model(x[:1], t[:1], return_dict=False)[0]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    for _ in range(10):
        x, noise, t = images(), images(), torch.from_numpy(drawn.integers(0, peer.STEPS, 64))
        loss = torch.nn.functional.mse_loss(model(x, t, return_dict=False)[0], noise)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    weights = torch.cat([parameter.detach().reshape(-1) for parameter in model.parameters()])
    torch.save({"weights": weights, "among": among.contiguous(), "alone": alone.contiguous()}, options.side)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help=argparse.SUPPRESS)
    parser.add_argument("--contiguous", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--side", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        return side(options)

    import torch

    def ran(environment, arguments):
        with tempfile.NamedTemporaryFile() as file:
            command = [sys.executable, "-B", os.path.abspath(__file__), "--side", file.name, *arguments]
            subprocess.run(command, check=True, env={**os.environ, **environment})
            return torch.load(file.name)

    def apart(one, other):
        difference = (one - other).abs().max().item()
        return f"{difference:.1e}" if difference else "0"

    first = ran({}, [])
    rows = [["what changes", "a weight after ten steps of PyTorch, at most", "a prediction, at most"]]
    for name, change in CHANGES.items():
        other = ran(*change)
        rows.append([name, apart(first["weights"], other["weights"]), apart(first["among"], other["among"])])
    rows.append(["the image alone instead of among 64", "", apart(first["among"], first["alone"])])
    print(f"PyTorch {torch.__version__}, network S, fp32, eager.\n")
    print(table(rows))


if __name__ == "__main__":
    main()
