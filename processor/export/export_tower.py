"""Exports a Hugging Face vision tower as a model directory: TorchScript and serving.properties. README.md says more.

Run: python3 export_tower.py openai/clip-vit-large-patch14-336 models/clip-l-336 --dtype float16
Exit status: 0 written; 1 the export doesn't compute what the original does; 2 the model or an option can't be used.
"""

import argparse
import re
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Dict, List, Optional, Sequence

try:
    import torch
    import transformers
except ImportError as missing:
    sys.exit(f"export_tower: {missing}; pip install -r {Path(__file__).parent / 'requirements.txt'}")

from image_settings import ImageSettings, image_settings
from torchscript_archive import fix_set_order, save_reproducibly
from vision_models import ExportError, Family, Tower, family_of, first_line, load, read_json

BATCHES = (1, 2, 8)
# Largest error, as a share of the largest feature; float32 rounding stays below 1e-5.
MAX_ERROR = 1e-4
# For 16-bit towers: mean over the tokens of the cosine to the float32 original.
MIN_COSINE = 0.999


class ParityError(Exception):
    """The exported tower computes something else than the original."""


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="export_tower", description="Exports a Hugging Face vision tower.")
    parser.add_argument("model", help="local folder or hub name of a CLIP, SigLIP, SigLIP 2 or DINOv2 model")
    parser.add_argument("output", type=Path, help="model directory to write")
    parser.add_argument("--name", help="name of the tower and its .pt file (default: the output folder's name)")
    parser.add_argument("--revision", help="branch, tag or commit on the hub (default: main)")
    parser.add_argument(
        "--select-layer",
        type=_layer,
        default=-2,
        metavar="INDEX|last",
        help="index into hidden_states, never with the final layer norm; 'last': last_hidden_state (default: -2)",
    )
    parser.add_argument(
        "--select-feature",
        choices=["patch", "cls_patch"],
        default="patch",
        help="patch tokens only, or with the class and register tokens before them (default: patch)",
    )
    parser.add_argument("--dtype", choices=["float32", "float16", "bfloat16"], default="float32")
    parser.add_argument("--image-mean", type=_rgb, metavar="R,G,B", help="default: the model's image processor")
    parser.add_argument("--image-std", type=_rgb, metavar="R,G,B", help="default: the model's image processor")
    parser.add_argument("--image-size", type=int, metavar="PX", help="tile side; DINOv2 takes other sizes than its own")
    parser.add_argument("--overwrite", action="store_true", help="replace a model directory that exists")
    # argparse takes "-0.5,..." for an option unless it is joined to its name.
    return parser.parse_args(_join_negative_values(arguments))


def _join_negative_values(arguments: Sequence[str]) -> List[str]:
    joined: List[str] = []
    for argument in arguments:
        if joined and joined[-1] in ("--image-mean", "--image-std") and argument.startswith("-"):
            joined[-1] += "=" + argument
        else:
            joined.append(argument)
    return joined


def _layer(text: str):
    try:
        return "last" if text == "last" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number or last, not {text!r}") from None


def _rgb(text: str) -> Sequence[float]:
    try:
        red, green, blue = (float(part) for part in text.split(","))
        return red, green, blue
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected three numbers R,G,B, not {text!r}") from None


def export(options: argparse.Namespace) -> None:
    """Loads, cuts, traces, checks and writes one tower; prints what it wrote."""
    name = tower_name(options)
    config = read_json(options.model, "config.json", options.revision)
    if config is None:
        raise ExportError(f"{options.model} has no config.json; give a model in Hugging Face's format")
    family = family_of(config, options.model)
    model = load(options.model, family, options.revision)
    layer = layer_index(options.select_layer, model.config.num_hidden_layers)
    prefix = prefix_tokens(family, model.config)
    if options.select_feature == "cls_patch" and prefix == 0:
        raise ExportError(f"{options.model} has no class token; use --select-feature patch, which keeps all of its tokens")
    images = image_settings(
        processor_config(options),
        model.config.image_size,
        family.any_size,
        options.image_size,
        options.image_mean,
        options.image_std,
    )
    if images.size < model.config.patch_size:
        raise ExportError(f"tiles of {images.size} px are smaller than one patch of {model.config.patch_size} px")
    kept_prefix = prefix if options.select_feature == "cls_patch" else 0
    print(f"checking {options.model} against transformers; a large model takes minutes on a CPU", flush=True)
    pixels = sample_pixels(images.size)
    expected = {count: original_features(model, x, layer, prefix - kept_prefix) for count, x in pixels.items()}
    attention = getattr(model.config, "_attn_implementation", "eager")

    tower = Tower(model, family, layer, prefix - kept_prefix, images.size).eval()
    if options.dtype != "float32":
        # In 16 bit a wrong layer could hide behind the rounding, so the cut itself is checked before.
        with torch.no_grad():
            compare("the cut model", "float32", {count: tower(x) for count, x in pixels.items()}, expected)
    tower.to_dtype(getattr(torch, options.dtype))
    properties = serving_properties(name, options, images, kept_prefix, describe_layer(layer, model.config), attention)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.output.parent, prefix=".export-") as scratch:
        file = Path(scratch) / f"{name}.pt"
        inputs = {count: x.to(getattr(torch, options.dtype)) for count, x in pixels.items()}
        save_reproducibly(trace(tower, inputs[2]), str(file))
        error = compare("the exported tower", options.dtype, run_saved(file, inputs), expected)
        write(options.output, file, properties)
    print(f"wrote {options.output / file.name} and serving.properties")
    print(f"  tiles      [k, 3, {images.size}, {images.size}] {options.dtype}, any k")
    print(f"  features   {['k', *expected[1].shape[1:]]} with {kept_prefix} prefix tokens".replace("'", ""))
    print(f"  layer      {describe_layer(layer, model.config)}")
    print(f"  attention  {attention}")
    print(f"  parity     {error} (batches of 1, 2 and 8 against transformers {transformers.__version__})")


def tower_name(options: argparse.Namespace) -> str:
    name = options.name or options.output.resolve().name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise ExportError(f"{name!r} can't be a tower's name; give --name with letters, digits, '.', '_' and '-' only")
    if (options.output / "serving.properties").exists() and not options.overwrite:
        raise ExportError(f"{options.output} holds a model already; give another folder, or --overwrite")
    return name


def processor_config(options: argparse.Namespace) -> Optional[dict]:
    """The image processor's settings; newer checkpoints keep them beside the tokenizer's in processor_config.json."""
    for filename in ("preprocessor_config.json", "processor_config.json"):
        found = read_json(options.model, filename, options.revision)
        if found is not None:
            return found
    return None


def layer_index(select, layers: int) -> Optional[int]:
    """The index into hidden_states, 0 = embeddings to `layers`; None for last_hidden_state."""
    if select == "last":
        return None
    if not -layers - 1 <= select <= layers:
        raise ExportError(
            f"--select-layer {select}: the model has {layers} layers, so choose from {-layers - 1}..{layers}, or last"
        )
    return select % (layers + 1)


def describe_layer(layer: Optional[int], config) -> str:
    if layer is None:
        return f"last_hidden_state, after all {config.num_hidden_layers} layers"
    return f"hidden_states[{layer}], after {layer} of {config.num_hidden_layers} layers, no final layer norm"


def prefix_tokens(family: Family, config) -> int:
    """Class and register tokens before the patch tokens."""
    return int(family.has_class_token) + getattr(config, "num_register_tokens", 0)


def sample_pixels(size: int) -> Dict[int, torch.Tensor]:
    """Normalised pixels for each batch size, the same in every run."""
    generator = torch.Generator().manual_seed(1)
    return {count: torch.randn(count, 3, size, size, generator=generator) for count in BATCHES}


def original_features(model, pixels: torch.Tensor, layer: Optional[int], drop_prefix: int) -> torch.Tensor:
    with torch.no_grad():
        output = model(pixels, output_hidden_states=layer is not None)
    tokens = output.last_hidden_state if layer is None else output.hidden_states[layer]
    return tokens[:, drop_prefix:]


def trace(tower: Tower, pixels: torch.Tensor) -> torch.jit.ScriptModule:
    with torch.no_grad():
        try:
            return torch.jit.trace(tower, pixels, check_trace=False)
        except RuntimeError as e:
            if "not implemented for 'Half'" in str(e):
                raise ExportError(
                    f"PyTorch {torch.__version__} can't run this model in float16 on the CPU; use PyTorch 2.7, or"
                    " --dtype bfloat16"
                ) from e
            raise


def run_saved(file: Path, inputs: Dict[int, torch.Tensor]) -> Dict[int, torch.Tensor]:
    with torch.no_grad():
        tower = torch.jit.load(str(file))
        return {count: tower(x) for count, x in inputs.items()}


def compare(what: str, dtype: str, actual: Dict[int, torch.Tensor], expected: Dict[int, torch.Tensor]) -> str:
    """Compares features by batch size with the original's; returns the worst difference in words.

    Raises ParityError when a difference is too large, a feature isn't finite, or the shapes differ.
    """
    worst_error, worst_cosine = 0.0, 1.0
    for count, features in expected.items():
        if actual[count].shape != features.shape:
            raise ParityError(f"{what} returns {tuple(actual[count].shape)}, the original {tuple(features.shape)}")
        ours = actual[count].float()
        if not torch.isfinite(ours).all():
            raise ParityError(f"{what} returns features that aren't finite, so they don't fit into {dtype}")
        worst_error = max(worst_error, ((ours - features).abs().max() / features.abs().max().clamp(min=1.0)).item())
        worst_cosine = min(worst_cosine, torch.cosine_similarity(ours, features, dim=-1).mean().item())
    if dtype == "float32" and worst_error > MAX_ERROR:
        raise ParityError(
            f"{what} differs from the original by {worst_error:.1e} of the largest feature, {MAX_ERROR:.0e} is the limit"
        )
    if worst_cosine < MIN_COSINE:
        raise ParityError(
            f"{what} in {dtype} has a mean cosine of {worst_cosine:.5f} to the original, {MIN_COSINE} is the limit"
        )
    return f"largest error {worst_error:.1e} of the largest feature, mean cosine {worst_cosine:.6f}"


def serving_properties(
    name: str, options: argparse.Namespace, images: ImageSettings, kept_prefix: int, layer: str, attention: str
) -> str:
    revision = f" at {options.revision}" if options.revision else ""
    return f"""\
# {options.model}{revision}: {layer}, {options.select_feature}; {attention} attention.
# Exported with PyTorch {torch.__version__} and transformers {transformers.__version__}.
engine=PyTorch
option.modelName={name}
option.mapLocation=true
option.s2.inputSize={images.size}
option.s2.prefixTokens={kept_prefix}
option.s2.imageMean={','.join(map(str, images.mean))}
option.s2.imageStd={','.join(map(str, images.std))}
option.s2.dtype={options.dtype}
"""


def write(folder: Path, model: Path, properties: str) -> None:
    """Puts both files in place; the properties last, as a folder without them is no model directory."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "serving.properties"
    target.unlink(missing_ok=True)
    model.replace(folder / model.name)
    target.write_text(properties, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    options = parse_arguments(arguments)
    try:
        with warnings.catch_warnings():
            # Newer PyTorch announces the end of TorchScript with every call, and tracing warns of sizes that transformers
            # compares; the parity check shows that no size got fixed by that.
            warnings.simplefilter("ignore")
            export(options)
        return 0
    except ParityError as e:
        print(f"export_tower: {e}; nothing was written. Please report this with the model's name", file=sys.stderr)
        return 1
    except (ExportError, OSError) as e:
        print(f"export_tower: {e if isinstance(e, ExportError) else first_line(e)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    fix_set_order()
    sys.exit(main(sys.argv[1:]))
