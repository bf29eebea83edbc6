#!/usr/bin/env python3
"""Writes the files of this folder with the safetensors library and Python's own json.

    reference.py FOLDER

They were made with Python 3.11, safetensors 0.8.0, numpy 2.4.6 and torch 2.15.0.
    floats.safetensors    tensors of F32 and I64, which a test lays out again
    types.safetensors     tensors of F16 and BF16 with the same as F32, and one of each type that torch has
    values.json           what JSON can say, in the layout of json.dumps
"""

import json
import pathlib
import sys

import numpy
import torch
from safetensors import torch as torch_file
from safetensors.numpy import save_file

folder = pathlib.Path(sys.argv[1])

floats = {
    "weight": numpy.arange(12, dtype=numpy.float32).reshape(2, 3, 2) / 8 - 0.5,
    "bias": numpy.array([0.1, -0.0, 1e-45, 3.4028235e38, numpy.inf, -numpy.inf], dtype=numpy.float32),
    "scale": numpy.array(1.5, dtype=numpy.float32),
    "nothing": numpy.zeros((2, 0), dtype=numpy.float32),
    "steps": numpy.array([[0, -1], [2**63 - 1, -(2**63)]], dtype=numpy.int64),
    "Labels": numpy.array([7], dtype=numpy.int64),
    "naïve \"a\\b\"/\n\x01\x7f\u2028🎲": numpy.array([2.5], dtype=numpy.float32),
}
save_file(floats, folder / "floats.safetensors", metadata={"format": "pt \"é\"\t"})

# Zeros, subnormals, the least and the greatest normal numbers, infinities and numbers between; no NaN, whose bits
# torch does not keep.
patterns = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x7BFF, 0x7C00, 0xFC00, 0x3555, 0x8400, 0x3C00, 0xC248]
half = torch.tensor(patterns, dtype=torch.uint16).view(torch.float16)
brain = torch.tensor(patterns, dtype=torch.uint16).view(torch.bfloat16)
types = {"half": half, "half as float": half.float(), "brain": brain, "brain as float": brain.float()}
for name in ["bool", "uint8", "int8", "float8_e5m2", "float8_e4m3fn", "float8_e8m0fnu", "float8_e4m3fnuz",
             "float8_e5m2fnuz", "int16", "uint16", "int32", "uint32", "complex64", "float64", "int64", "uint64"]:  # fmt: skip
    types[name] = torch.zeros(2, 3).to(getattr(torch, name))
torch_file.save_file(types, folder / "types.safetensors")

values = {
    "text": "é \"a\\b\"/\b\f\n\r\t\0\x1f\x7f\u2028🎲",
    "numbers": [0, -1, 2**63 - 1, -(2**63), 0.1, -0.0, 5.0, 1e-05, 0.0001, 1e16, 1e22, 5e-324, 1.7976931348623157e308,
                9007199254740991.0, 9007199254740992.0, 9007199254740994.0, -9999999999999998.0],  # fmt: skip
    "words": [True, False, None],
    "empty": {"array": [], "object": {}, "": [[], [{}]]},
    "é": 1, "Z": 2, "a": 3, "z": 4, "🎲": 5, "\uffff": 6,
}  # fmt: skip
(folder / "values.json").write_text(json.dumps(values, indent=2, sort_keys=True) + "\n")
