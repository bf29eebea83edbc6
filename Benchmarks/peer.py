#!/usr/bin/env python3
"""The other side of the comparison, PyTorch by default: reads one command a line, answers one line.

  train S 128     seconds for one training step of network S with 128 images
  forward M 1     seconds for one prediction of network M for one image
  peak            bytes of memory this process has held at most
  about           versions, threads and options, in one line

What a training step counts: noising a batch, forward, mean squared error, backward, clipping the gradients' norm at 1,
a step of Adam and one of the moving average of the weights. What it does not: drawing images, noise and timesteps,
which are there beforehand. What a prediction counts: the forward pass, in inference mode.

With --runtime, ONNX Runtime or OpenVINO predicts with the same network, which PyTorch exports; neither trains.

The first repetitions of a work build, warm up and, with --compile, compile: whoever measures throws them away.
"""

import argparse
import importlib.metadata
import io
import os
import platform
import resource
import sys
import time
import warnings

import diffusers
import torch

# The DDPM family's U-Net (asymmetric down-sampling padding, sine before cosine, frequency shift 1), at two sizes.
NETWORKS = {
    "S": {"block_out_channels": (16, 32, 64), "layers_per_block": 1, "parameters": 686_769},
    "M": {"block_out_channels": (32, 64, 64), "layers_per_block": 2, "parameters": 1_623_169},
}
STEPS = 1000


def network(name, options):
    shape = dict(NETWORKS[name])
    expected = shape.pop("parameters")
    torch.manual_seed(1)
    model = diffusers.UNet2DModel(
        sample_size=28, in_channels=1, out_channels=1, norm_num_groups=8, norm_eps=1e-6, attention_head_dim=None,
        act_fn="silu", downsample_padding=0, flip_sin_to_cos=False, freq_shift=1,
        down_block_types=("DownBlock2D", "DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D", "UpBlock2D"), **shape)
    found = sum(parameter.numel() for parameter in model.parameters())
    assert found == expected, f"network {name} has {found} parameters, not {expected}"
    return model.to(memory_format=options.memory_format)


def compiled(model, options, **settings):
    if options.compile is None:
        return model
    if options.compile == "default":
        return torch.compile(model, dynamic=False, options=settings or None)
    known = torch._inductor.list_mode_options(options.compile)
    return torch.compile(model, dynamic=False, options={**known, **settings})


def training(name, batch, options):
    """One training step as a function of nothing."""
    parameters_of = network(name, options).train()
    model = compiled(parameters_of, options)
    parameters = list(parameters_of.parameters())
    averages = [parameter.detach().clone() for parameter in parameters]
    optimizer = torch.optim.Adam(parameters, lr=1e-3, **{options.adam: True})
    alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, STEPS, dtype=torch.float64), 0)
    signal, spread = alpha_bar.sqrt().float(), (1 - alpha_bar).sqrt().float()

    def images():
        return torch.randn(batch, 1, 28, 28).to(memory_format=options.memory_format)

    drawn = [(images(), images(), torch.randint(0, STEPS, (batch,))) for _ in range(4)]

    def step(count=[0]):
        x0, noise, t = drawn[count[0] % len(drawn)]
        count[0] += 1
        xt = signal[t].view(-1, 1, 1, 1) * x0 + spread[t].view(-1, 1, 1, 1) * noise
        loss = torch.nn.functional.mse_loss(model(xt, t, return_dict=False)[0], noise)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, parameters, 1e-3)
        return loss.item()

    return step


def prediction(name, batch, options):
    """One prediction as a function of nothing."""
    model = network(name, options).eval()
    if options.runtime:
        return exported(model, torch.randn(batch, 1, 28, 28), torch.randint(0, STEPS, (batch,)), options)
    # A network that no longer learns may have its weights laid out once and for all.
    model = compiled(model, options, freezing=True)
    x = torch.randn(batch, 1, 28, 28).to(memory_format=options.memory_format)
    t = torch.randint(0, STEPS, (batch,))

    def predict():
        with torch.inference_mode():
            return model(x, t, return_dict=False)[0]

    return predict


def exported(model, x, t, options):
    """One prediction as a function of nothing, by a runtime that reads what PyTorch exports."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the trace holds for one batch size, and a newer exporter needs more packages
        torch.onnx.export(model, (x, t, None, False), file, input_names=["x", "t"], opset_version=18, dynamo=False)
    predict = RUNTIMES[options.runtime](file.getvalue(), x.numpy(), t.numpy(), options.threads)
    with torch.inference_mode():
        difference = (model(x, t, return_dict=False)[0] - torch.from_numpy(predict())).abs().max().item()
    assert difference < 1e-3, f"{options.runtime} predicts what differs from PyTorch's by {difference}"
    return predict


def onnxruntime(file, x, t, threads):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = threads, 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    settings.add_session_config_entry("session.set_denormal_as_zero", "1")
    session = onnxruntime.InferenceSession(file, settings, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x": x, "t": t})[0]


def openvino(file, x, t, threads):
    import openvino

    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads,
                "CPU_DENORMALS_OPTIMIZATION": True}
    core = openvino.Core()
    request = core.compile_model(core.read_model(file), "CPU", settings).create_infer_request()
    return lambda: request.infer({"x": x, "t": t}, share_inputs=True, share_outputs=True)[0]


RUNTIMES = {"onnxruntime": onnxruntime, "openvino": openvino}
TITLES = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}


def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return held if sys.platform == "darwin" else held * 1024


def versions():
    return (f"PyTorch {torch.__version__}, diffusers {diffusers.__version__}, Python {platform.python_version()}, "
            f"{torch.get_num_threads()} threads, fp32")


def about(options):
    mode = "eager" if options.compile is None else f"compiled ({options.compile})"
    layout = "contiguous" if options.contiguous else "channels last"
    return f"{versions()}, {layout}, {mode}, Adam {options.adam}"


def about_runtime(options):
    name = options.runtime
    return f"{TITLES[name]} {importlib.metadata.version(name)}, {options.threads} threads, fp32, predictions only"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--compile", nargs="?", const="default", metavar="MODE",
                        help="torch.compile: default, max-autotune-no-cudagraphs, …")
    parser.add_argument("--contiguous", action="store_true", help="keep images N, C, H, W and not channels last")
    parser.add_argument("--adam", choices=("fused", "foreach"), default="fused")
    parser.add_argument("--runtime", choices=RUNTIMES, help="who predicts instead of PyTorch")
    options = parser.parse_args()
    options.memory_format = torch.contiguous_format if options.contiguous else torch.channels_last
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)

    # Only answers go to standard output, whatever a library prints.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    makers, works = {"train": training, "forward": prediction}, {}
    if options.runtime:
        del makers["train"]
    for line in sys.stdin:
        words = tuple(line.split())
        try:
            if words == ("peak",):
                print(peak(), file=answers)
            elif words == ("about",):
                print(about_runtime(options) if options.runtime else about(options), file=answers)
            else:
                kind, name, batch = words
                if words not in works:
                    works[words] = makers[kind](name, int(batch), options)
                begun = time.perf_counter()
                works[words]()
                print(f"{time.perf_counter() - begun:.9f}", file=answers)
        except Exception as problem:
            print(f"error: {line.strip()}: {type(problem).__name__}: {problem}".replace("\n", " "), file=answers)


if __name__ == "__main__":
    main()
