#!/usr/bin/env python3
"""The PyTorch side of the comparison of sampling: what `ddpm sample --model FOLDER` does with the same options.

Opens a folder with DDPMPipeline.from_pretrained, samples pictures, and writes them and the seconds that the sampling
took. Not counted is what comes before: loading libraries and the network, and a few steps of warming up; nor writing.
The pipeline is called as its users do; with --loop, algorithm 2 is written out around its network, with the
coefficients computed beforehand and nothing done twice. Prints versions in one line.
"""

import argparse
import os
import time

import torch
from diffusers import DDPMPipeline
from diffusers.utils import logging

import peer

WARM_UP = 5  # steps


def by_pipeline(pipeline, options):
    """The pipeline's own sampling, as a function of the number of steps."""
    pipeline.set_progress_bar_config(disable=True)
    return lambda steps: pipeline(batch_size=options.count, num_inference_steps=steps).images


def by_loop(pipeline, options):
    """Algorithm 2 with the predicted x_0 clipped, as a function of the number of steps."""
    unet = pipeline.unet.to(memory_format=options.memory_format)
    scheduler, settings = pipeline.scheduler, pipeline.scheduler.config
    assert settings.prediction_type == "epsilon" and settings.variance_type == "fixed_small", "another process"
    assert settings.clip_sample and settings.clip_sample_range == 1 and not settings.thresholding, "other clipping"
    shape = (options.count, unet.config.in_channels, unet.config.sample_size, unet.config.sample_size)

    def sample(steps):
        scheduler.set_timesteps(steps)
        alpha_bar = scheduler.alphas_cumprod.double()[scheduler.timesteps]
        before = torch.cat([alpha_bar[1:], torch.ones(1)])
        alpha = alpha_bar / before
        coefficients = torch.stack([
            1 / alpha_bar.sqrt(), -(1 / alpha_bar - 1).sqrt(),  # x_0 from x_t and noise
            before.sqrt() * (1 - alpha) / (1 - alpha_bar), alpha.sqrt() * (1 - before) / (1 - alpha_bar),  # equation 7
            ((1 - before) / (1 - alpha_bar) * (1 - alpha)).sqrt()], dim=1)  # sigma

        x = torch.randn(shape).to(memory_format=options.memory_format)
        for t, (x0_of_x, x0_of_noise, mean_of_x0, mean_of_x, sigma) in zip(scheduler.timesteps, coefficients.tolist()):
            noise = unet(x, t, return_dict=False)[0]
            x0 = noise.mul_(x0_of_noise).add_(x, alpha=x0_of_x).clamp_(-1, 1)
            x = x0.mul_(mean_of_x0).add_(x, alpha=mean_of_x)
            if sigma > 0:
                x.add_(torch.randn_like(x), alpha=sigma)
        return pipeline.numpy_to_pil((x / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy())

    return sample


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", metavar="FOLDER", required=True, help="a model as DDPMPipeline saves one")
    parser.add_argument("--out", metavar="FOLDER", required=True, help="where pictures and seconds go")
    parser.add_argument("--count", type=int, default=64, help="pictures, all at once")
    parser.add_argument("--steps", type=int, default=peer.STEPS)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--loop", action="store_true", help="algorithm 2 written out, not the pipeline")
    parser.add_argument("--contiguous", action="store_true", help="in the loop: images N, C, H, W, not channels last")
    options = parser.parse_args()
    options.memory_format = torch.contiguous_format if options.contiguous else torch.channels_last
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    logging.disable_progress_bar()

    pipeline = DDPMPipeline.from_pretrained(options.model, low_cpu_mem_usage=False)
    sample = (by_loop if options.loop else by_pipeline)(pipeline, options)
    with torch.inference_mode():
        sample(WARM_UP)
        torch.manual_seed(options.seed)
        begun = time.perf_counter()
        pictures = sample(options.steps)
        seconds = time.perf_counter() - begun

    os.makedirs(options.out, exist_ok=True)
    for number, picture in enumerate(pictures):
        picture.save(os.path.join(options.out, f"{number:04}.pgm"))
    with open(os.path.join(options.out, "sampling.csv"), "w") as sampling:
        print("steps,seconds", f"{options.steps},{seconds}", sep="\n", file=sampling)
    print(peer.versions())


if __name__ == "__main__":
    main()
