"""Vision models of Hugging Face transformers: which are supported, how they are loaded, and how one is cut to a tower."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import torch
from torch import nn


class ExportError(Exception):
    """Something the caller can mend; the message says what."""


@dataclass(frozen=True)
class Family:
    """Where one kind of model keeps its parts. `first_norm` precedes the layers, `last_norm` follows them."""

    model_class: str
    layers: str
    has_class_token: bool
    any_size: bool = False
    first_norm: Optional[str] = None
    last_norm: Optional[str] = None


_CLIP = Family("CLIPVisionModel", "layers", has_class_token=True, first_norm="pre_layrnorm")
_SIGLIP = Family("SiglipVisionModel", "layers", has_class_token=False, last_norm="post_layernorm")
_DINO = {"layers": "layer", "has_class_token": True, "any_size": True, "last_norm": "layernorm"}

# By the model_type of config.json.
FAMILIES = {
    "clip": _CLIP,
    "clip_vision_model": _CLIP,
    "siglip": _SIGLIP,
    "siglip_vision_model": _SIGLIP,
    "dinov2": Family("Dinov2Model", **_DINO),
    "dinov2_with_registers": Family("Dinov2WithRegistersModel", **_DINO),
}


def read_json(source: str, filename: str, revision: Optional[str] = None) -> Optional[dict]:
    """A JSON file of a local folder or of a hub repository; None where it has no such file."""
    path = Path(source) / filename
    if not Path(source).is_dir():
        path = _download(source, filename, revision)
    if path is None or not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise ExportError(f"{path} is not JSON: {e}") from e


def _download(name: str, filename: str, revision: Optional[str]) -> Optional[Path]:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import EntryNotFoundError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(name, filename, revision=revision))
    except Exception as e:  # the hub's client raises many kinds, some of them not its own
        if isinstance(e, EntryNotFoundError) and not isinstance(e, LocalEntryNotFoundError):
            return None
        raise ExportError(
            f"{name} is no folder here, and {filename} of a model of that name can't be fetched from the Hugging Face hub"
            f" ({first_line(e)}); check the spelling and the network, or give the path of a downloaded folder"
        ) from e


def family_of(config: dict, source: str) -> Family:
    """The family that a model's config.json names."""
    kind = config.get("model_type")
    if kind in ("siglip2", "siglip2_vision_model"):
        raise ExportError(
            f"{source} is a SigLIP 2 NaFlex model, which takes patches of images of any shape; S2 needs a tower for square"
            " tiles. Use a fixed-resolution SigLIP 2 model, e.g. google/siglip2-so400m-patch14-384"
        )
    if kind not in FAMILIES:
        raise ExportError(
            f"{source} is of type {kind!r}, which can't be exported; supported are {', '.join(FAMILIES)}. Of a"
            " vision-language model, give the vision tower that its config.json names"
        )
    return FAMILIES[kind]


def load(source: str, family: Family, revision: Optional[str] = None) -> nn.Module:
    """The whole vision model in float32, with SDPA attention where this version of transformers has it."""
    import transformers

    transformers.logging.set_verbosity_error()
    if not sys.stderr.isatty():
        transformers.logging.disable_progress_bar()
    model_class = getattr(transformers, family.model_class, None)
    if model_class is None:
        raise ExportError(
            f"transformers {transformers.__version__} has no {family.model_class}; pip install -U transformers"
        )
    try:
        model, info = _from_pretrained(model_class, source, revision)
    except Exception as e:  # of many kinds: the hub's, transformers', safetensors'
        raise ExportError(
            f"can't load {source} as {family.model_class}: {first_line(e)} ({type(e).__name__}). The download may be"
            " incomplete, or config.json belongs to another model"
        ) from e
    # SigLIP's pooling head isn't exported; some checkpoints lack it though their config.json doesn't say so.
    missing = sorted(key for key in info["missing_keys"] if "head" not in key.split("."))
    if missing:
        raise ExportError(
            f"{source} lacks {len(missing)} weights of {family.model_class}, the first is {missing[0]}. The download may be"
            " incomplete, or config.json belongs to another model"
        )
    return model.float().eval().requires_grad_(False)


def _from_pretrained(model_class, source: str, revision: Optional[str]):
    options = {"output_loading_info": True, "revision": revision or "main"}
    try:
        return model_class.from_pretrained(source, attn_implementation="sdpa", **options)
    except (ValueError, ImportError):  # older transformers: no SDPA for this model, or not with this PyTorch
        return model_class.from_pretrained(source, **options)


class Tower(nn.Module):
    """Pixels [k, 3, size, size] -> tokens [k, N, C]: a model's embeddings, its first layers, and nothing else.

    layer: index into hidden_states, 0..number of layers; the layers beyond are cut off. None: all layers and the final
    layer norm, where the family has one, as in last_hidden_state.
    Changes `model`, which can't be used afterwards.
    """

    def __init__(self, model: nn.Module, family: Family, layer: Optional[int], drop_prefix: int, size: int):
        super().__init__()
        body = getattr(model, "vision_model", model)  # transformers 4 wraps CLIP and SigLIP once more
        self.embeddings = body.embeddings
        self.first_norm = getattr(body, family.first_norm) if family.first_norm else nn.Identity()
        layers = getattr(body.encoder, family.layers)
        setattr(body.encoder, family.layers, layers[:layer])
        self.encoder = body.encoder if layer != 0 else None
        self.last_norm = getattr(body, family.last_norm) if layer is None and family.last_norm else nn.Identity()
        self.drop_prefix = drop_prefix
        self.compute = torch.float32
        self.returned = torch.float32
        if family.any_size:
            _fix_positions(self.embeddings, size)

    def to_dtype(self, dtype: torch.dtype) -> "Tower":
        """Computes in `dtype`, whatever the pixels come in. A bfloat16 tower returns float32: DJL has no bfloat16 arrays."""
        self.compute = dtype
        self.returned = torch.float32 if dtype == torch.bfloat16 else dtype
        return self.to(dtype)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        tokens = self.first_norm(self.embeddings(pixels.to(self.compute)))
        if self.encoder is not None:
            tokens = self.encoder(tokens)[0]
        return self.last_norm(tokens)[:, self.drop_prefix :].to(self.returned)


def _fix_positions(embeddings: nn.Module, size: int) -> None:
    """Resizes the position embedding once, for tiles of `size`; a traced model would do it again for every batch."""
    patches = (size // embeddings.config.patch_size) ** 2
    tokens = torch.zeros(1, 1 + patches, embeddings.position_embeddings.size(-1))
    positions = embeddings.interpolate_pos_encoding(tokens, size, size)
    embeddings.position_embeddings = nn.Parameter(positions, requires_grad=False)
    embeddings.interpolate_pos_encoding = lambda *_: embeddings.position_embeddings


def first_line(e: BaseException) -> str:
    return next((line.strip() for line in str(e).splitlines() if line.strip()), type(e).__name__)
