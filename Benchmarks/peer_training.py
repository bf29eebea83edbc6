#!/usr/bin/env python3
"""The PyTorch side of the comparison of whole trainings: what `ddpm train --dataset mnist` does with the same options.

Trains peer.py's network S on MNIST, with each batch drawn anew and each weight's moving average, and saves the averaged
weights and the mean loss in a folder that DDPMPipeline.from_pretrained opens. Prints versions and options in one line.
"""

import argparse
import os

import numpy
import torch
from diffusers import DDPMPipeline, DDPMScheduler
from diffusers.training_utils import EMAModel
from diffusers.utils import logging

import peer


def pictures(folder):
    """MNIST's training pictures as bytes, [60000, 1, 28, 28]; a quarter of what they would need as floats."""
    file = os.path.join(folder, "train-images-idx3-ubyte")
    count, height, width = (int(number) for number in numpy.fromfile(file, dtype=">i4", count=4)[1:])
    return torch.from_numpy(numpy.fromfile(file, dtype=numpy.uint8, offset=16)).view(count, 1, height, width)


def batches(images, size):
    """Batches without end, with values from -1 to 1: each epoch shows every picture once, in a new order."""
    while True:
        for chosen in torch.randperm(len(images)).split(size):
            yield images[chosen].float().div_(127.5).sub_(1)


def train(options):
    model = peer.network("S", options).train()
    parameters = list(model.parameters())
    scheduler = DDPMScheduler(num_train_timesteps=1000, beta_start=1e-4, beta_end=0.02, beta_schedule="linear")
    optimizer = torch.optim.Adam(parameters, lr=options.learning_rate, fused=True)
    average = EMAModel(parameters, decay=options.average, foreach=True)
    drawn = batches(pictures(options.mnist), options.batch_size)
    losses = []
    for _ in range(options.steps):
        x0 = next(drawn).to(memory_format=options.memory_format)
        noise = torch.randn_like(x0)
        t = torch.randint(0, scheduler.config.num_train_timesteps, (len(x0),))
        xt = scheduler.add_noise(x0, noise, t)
        loss = torch.nn.functional.mse_loss(model(xt, t, return_dict=False)[0], noise)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        optimizer.step()
        average.step(parameters)
        losses.append(loss.item())

    average.copy_to(parameters)
    model.to(memory_format=torch.contiguous_format)  # safetensors takes no other
    DDPMPipeline(model, scheduler).save_pretrained(options.model)
    with open(os.path.join(options.model, "history.csv"), "w") as history:
        print("step,loss", f"{len(losses)},{sum(losses) / len(losses)}", sep="\n", file=history)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnist", metavar="FOLDER", required=True, help="where MNIST's unpacked files are")
    parser.add_argument("--model", metavar="FOLDER", required=True, help="where the model goes")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--average", type=float, default=0.999)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--contiguous", action="store_true", help="keep images N, C, H, W and not channels last")
    parser.set_defaults(compile=None, adam="fused")
    options = parser.parse_args()
    options.memory_format = torch.contiguous_format if options.contiguous else torch.channels_last
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    logging.disable_progress_bar()
    train(options)
    print(peer.about(options))


if __name__ == "__main__":
    main()
