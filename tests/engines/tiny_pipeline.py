"""Builds a Stable Diffusion inpainting model of half a megabyte, its weights random.

Run by the Python that has diffusers: `python tiny_pipeline.py FOLDER`. Built anew each time, for
the files one version of transformers writes are not those the next one reads.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionInpaintPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

START, END = "<|startoftext|>", "<|endoftext|>"
WIDTH = 16


def build(folder: Path) -> None:
    """Write the whole model into a folder."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(folder.with_name(f"{folder.name}-tokenizer"))
    pipeline = StableDiffusionInpaintPipeline(
        vae=AutoencoderKL(
            block_out_channels=(8, 8, 8, 8),
            latent_channels=4,
            norm_num_groups=4,
            layers_per_block=1,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            sample_size=128,
        ),
        text_encoder=_text_encoder(tokenizer),
        tokenizer=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=16,
            in_channels=9,
            out_channels=4,
            layers_per_block=1,
            block_out_channels=(8, 16),
            norm_num_groups=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=WIDTH,
            attention_head_dim=2,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)


def _tokenizer(folder: Path) -> CLIPTokenizer:
    """Every letter by itself, and a few pairs."""
    letters = [chr(code) for code in [*range(33, 127), *range(161, 173), *range(174, 324)]]
    merges = ["l o", "lo w</w>", "e r</w>", "a s", "c a", "ca t</w>"]
    words = [*letters, *(f"{letter}</w>" for letter in letters)]
    words += [*(merge.replace(" ", "") for merge in merges), START, END]
    folder.mkdir()
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return CLIPTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77
    )


def _text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=2 * WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=77,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.eos_token_id,
        )
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
