"""Small models of each family with random weights: transformers' own layers, saved as a checkpoint would be."""

import json
from pathlib import Path

import torch
import transformers

SIZES = {"hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 2, "image_size": 28, "patch_size": 7}
TEXT = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1, "vocab_size": 50}
PROCESSORS = {
    "clip": {
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "do_center_crop": True,
        "crop_size": {"height": 28, "width": 28},
        "size": {"shortest_edge": 28},
        "rescale_factor": 1 / 255,
    },
    "siglip": {
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "size": {"height": 28, "width": 28},
        "rescale_factor": 0.00392156862745098,
    },
    # As published: trained at one size, used at another.
    "dinov2": {
        "image_mean": [0.485, 0.456, 0.406],
        "image_std": [0.229, 0.224, 0.225],
        "crop_size": {"height": 21, "width": 21},
        "size": {"shortest_edge": 24},
    },
}


def _build(kind: str) -> torch.nn.Module:
    if kind == "clip":
        config = transformers.CLIPVisionConfig(intermediate_size=64, **SIZES)
        return transformers.CLIPVisionModel(config)
    if kind == "clip-with-text":
        config = transformers.CLIPConfig(text_config=TEXT, vision_config={"intermediate_size": 64, **SIZES})
        return transformers.CLIPModel(config)
    if kind in ("siglip", "siglip-without-head"):
        config = transformers.SiglipVisionConfig(intermediate_size=64, **SIZES)
        config.vision_use_head = kind == "siglip"
        return transformers.SiglipVisionModel(config)
    if kind == "siglip-with-text":
        config = transformers.SiglipConfig(text_config=TEXT, vision_config={"intermediate_size": 64, **SIZES})
        return transformers.SiglipModel(config)
    if kind == "dinov2":
        return transformers.Dinov2Model(transformers.Dinov2Config(mlp_ratio=2, **SIZES))
    config = transformers.Dinov2WithRegistersConfig(mlp_ratio=2, num_register_tokens=3, **SIZES)
    return transformers.Dinov2WithRegistersModel(config)


def save(kind: str, folder: Path) -> None:
    """Writes config.json, the weights and preprocessor_config.json of a small model."""
    torch.manual_seed(7)
    model = _build(kind).eval()
    for parameter in model.parameters():
        # Larger than transformers' own initial weights, so that every layer, bias and token changes the result clearly.
        parameter.data.normal_(1.0 if parameter.dim() == 1 else 0.0, 0.25)
    model.save_pretrained(folder)
    processor = PROCESSORS[kind.split("-")[0].replace("dinov2_with_registers", "dinov2")]
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))


def has(class_name: str) -> bool:
    return hasattr(transformers, class_name)
