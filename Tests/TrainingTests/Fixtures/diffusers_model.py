"""What diffusers saves, and what it makes of models that it did not save.

    python diffusers_model.py save FOLDER      a small model as diffusers saves it, its predictions, three schedules
    python diffusers_model.py open FOLDER      opens the models in FOLDER/*/model, which this project wrote, and compares
"""

import glob
import os
import sys

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from diffusers.utils import logging
from safetensors.torch import load_file, save_file

logging.disable_progress_bar()


def predict(pipeline, request):
    with torch.no_grad():
        return pipeline.unet(request["sample"], request["timestep"]).sample


def save(folder):
    torch.manual_seed(2020)
    unet = UNet2DModel(
        sample_size=8, in_channels=1, out_channels=1, block_out_channels=(4, 4), layers_per_block=1,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=2, attention_head_dim=None, add_attention=False)
    schedulers = {
        "linear": DDPMScheduler(num_train_timesteps=20, beta_end=0.5, variance_type="fixed_large"),
        "cosine": DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        "listed": DDPMScheduler(
            num_train_timesteps=3, trained_betas=[0.1, 1e-05, 0.25], clip_sample=False, clip_sample_range=2.5),
    }
    pipeline = DDPMPipeline(unet, schedulers["linear"])
    pipeline.save_pretrained(f"{folder}/model")
    for name, scheduler in schedulers.items():
        scheduler.save_config(f"{folder}/{name}")
    request = {"sample": torch.randn(5, 1, 8, 12), "timestep": torch.tensor([0, 19, 7, 7, 1])}
    save_file(request, f"{folder}/request.safetensors")
    reference = {"prediction": predict(pipeline, request)}
    reference |= {f"betas/{name}": scheduler.betas for name, scheduler in schedulers.items()}
    save_file(reference, f"{folder}/reference.safetensors")


def open_all(folder):
    models = sorted(glob.glob(f"{folder}/*/model"))
    assert models, f"no models in {folder}"
    for model in models:
        beside = os.path.dirname(model)
        pipeline = DDPMPipeline.from_pretrained(model, local_files_only=True, low_cpu_mem_usage=False)
        pipeline.set_progress_bar_config(disable=True)
        prediction = predict(pipeline, load_file(f"{beside}/request.safetensors"))
        difference = (prediction - load_file(f"{beside}/prediction.safetensors")["prediction"]).abs().max().item()
        betas = load_file(f"{beside}/betas.safetensors")["betas"]
        worst = ((pipeline.scheduler.betas - betas) / betas).abs().max().item()
        print(
            f"{os.path.basename(beside)}: predictions of up to {prediction.abs().max().item():.3g} differ by "
            f"{difference:.2g}, betas by {worst:.2g} of theirs")
        assert difference < 1e-4 and worst < 1e-6
        images = pipeline(2, torch.Generator().manual_seed(1), num_inference_steps=3, output_type="np").images
        assert images.shape[0] == 2


if __name__ == "__main__":
    {"save": save, "open": open_all}[sys.argv[1]](sys.argv[2])
