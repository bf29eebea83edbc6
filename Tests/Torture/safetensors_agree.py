"""Has the safetensors package read what `torture safetensors SEED COUNT --record FILE` has written down, and compares.

    safetensors_agree.py FILE

What was read must load in the package with the same names, types, shapes, values and metadata. What was refused and
loads there is counted by what the refusal expected: so much is this project's reader stricter. Prints one line, then
one for each kind of file on which the two part; fails where something that was read is not the same there."""
import base64
import collections
import json
import os
import sys
import tempfile

import numpy
import safetensors
import safetensors.numpy



def loaded(path, data):
    """The tensors by name, as (type, shape, bytes), and the metadata."""
    tensors = {name: (t["dtype"], list(t["shape"]), bytes(t["data"])) for name, t in safetensors.deserialize(data)}
    with safetensors.safe_open(path, framework="numpy") as file:
        if sorted(file.keys()) != sorted(tensors):
            raise AssertionError("the package has other names the second time")
        return tensors, file.metadata() or {}


def values(dtype, data):
    """The floats that the bytes of a tensor mean, as bit patterns of 32 bits."""
    if dtype == "BF16":
        return numpy.frombuffer(data, "<u2").astype("<u4") << 16
    kind = {"F32": "<f4", "F16": "<f2"}[dtype]
    return numpy.frombuffer(data, kind).astype("<f4").view("<u4")


def same_floats(left, right):
    """Whether two arrays of bit patterns are the same numbers; of not-a-numbers any is as good as another."""
    nan = numpy.isnan(left.view("<f4")) & numpy.isnan(right.view("<f4"))
    return left.shape == right.shape and bool(numpy.all((left == right) | nan))


def difference(read, tensors, metadata):
    """What is not the same, or None."""
    if sorted(tensor["name"] for tensor in read["tensors"]) != sorted(tensors):
        return "names"
    if read["metadata"] != metadata:
        return "metadata"
    for tensor in read["tensors"]:
        dtype, shape, data = tensors[tensor["name"]]
        if tensor["dtype"] != dtype:
            return "types"
        if tensor["shape"] != shape:
            return "shapes"
        if "floats" in tensor:
            bits = numpy.frombuffer(base64.b64decode(tensor["floats"]), "<u4")
            if not same_floats(bits, values(dtype, data)):
                return "values"
        if "integers" in tensor and base64.b64decode(tensor["integers"]) != data:
            return "values"
    return None


def main():
    same, both = 0, 0
    parted = collections.Counter()
    failures = 0
    handle, path = tempfile.mkstemp(suffix=".safetensors")
    os.close(handle)
    for line in open(sys.argv[1], encoding="utf-8"):
        case = json.loads(line)
        data = base64.b64decode(case["file"])
        with open(path, "wb") as file:
            file.write(data)
        try:
            tensors, metadata = loaded(path, data)
            refusal = None
        except (safetensors.SafetensorError, OSError) as error:
            refusal = str(error)
        name = case.get("name", "case ")
        kind = None if name.startswith("case ") else name
        if "read" in case:
            what = f"refused there: {refusal}" if refusal else difference(case["read"], tensors, metadata)
            if what:
                failures += 1
                parted[f"READ HERE, {what[:80]}" + (f": {kind}" if kind else "")] += 1
            else:
                same += 1
        elif refusal:
            both += 1
        else:
            parted[f"refused here, loads there: {kind or case['refused']}"] += 1
    os.remove(path)
    stricter = sum(parted.values()) - failures
    print(
        f"safetensors {safetensors.__version__}: {same} files the same, {failures} not, "
        f"{both} refused by both, {stricter} only here")
    for what, count in parted.most_common():
        print(f"  {count} {what}")
    sys.exit(1 if failures or not same else 0)


main()
