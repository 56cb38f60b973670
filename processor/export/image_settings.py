"""What a model's image processor does to pixels, as far as serving.properties can say it."""

from dataclasses import dataclass
from typing import Optional, Sequence

from vision_models import ExportError


@dataclass(frozen=True)
class ImageSettings:
    """Tile side in pixels; mean and deviation of red, green, blue for pixels in 0..1."""

    size: int
    mean: Sequence[float]
    std: Sequence[float]


def image_settings(
    processor: Optional[dict],
    model_size: int,
    any_size: bool,
    size: Optional[int] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
) -> ImageSettings:
    """Settings from preprocessor_config.json (None: there is none); given values win.

    model_size: the image_size of config.json. any_size: whether the model's positions can be resized to other sizes.
    """
    processor = (processor or {}).get("image_processor", processor)
    if processor is None and (mean is None or std is None):
        raise ExportError(
            "the model has no preprocessor_config.json; give --image-mean R,G,B and --image-std R,G,B, for pixels in 0..1"
        )
    processor = processor or {}
    if mean is None or std is None:
        _require_usual_rescaling(processor)
    if not processor.get("do_normalize", True):
        processor = {**processor, "image_mean": [0.0, 0.0, 0.0], "image_std": [1.0, 1.0, 1.0]}
    mean = mean or _three(processor, "image_mean", "--image-mean")
    std = std or _three(processor, "image_std", "--image-std")
    if 0.0 in std:
        raise ExportError("the image deviation is 0 for a colour; give --image-std R,G,B")
    return ImageSettings(_tile_size(processor, model_size, any_size, size), tuple(mean), tuple(std))


def _require_usual_rescaling(processor: dict) -> None:
    factor = processor.get("rescale_factor", 1 / 255) if processor.get("do_rescale", True) else 1
    if abs(factor * 255 - 1) > 1e-6:
        raise ExportError(
            f"the image processor multiplies pixels by {factor}, not by 1/255, before it normalises them; give --image-mean"
            " and --image-std for pixels in 0..1"
        )


def _three(processor: dict, key: str, option: str) -> Sequence[float]:
    values = processor.get(key)
    if not isinstance(values, list) or len(values) != 3:
        raise ExportError(f"{key} of preprocessor_config.json is {values!r}, expected three numbers; give {option} R,G,B")
    return values


def _tile_size(processor: dict, model_size: int, any_size: bool, given: Optional[int]) -> int:
    size = given or _processed_size(processor) or model_size
    if size != model_size and not any_size:
        hint = "leave --image-size away" if given else f"give --image-size {model_size} to go by the model"
        raise ExportError(
            f"the model takes images of {model_size} px, not {size} px; larger images are S2's part, which cuts them into"
            f" tiles: {hint}"
        )
    return size


def _processed_size(processor: dict) -> Optional[int]:
    """Side of the images that the processor makes; None where it doesn't say."""
    crops = processor.get("do_center_crop", "crop_size" in processor)
    size = processor.get("crop_size" if crops else "size")
    if isinstance(size, dict):
        sides = {size[key] for key in ("height", "width", "shortest_edge") if size.get(key)}
        if len(sides) > 1:
            raise ExportError(f"the image processor makes images that aren't square, {size}; give --image-size")
        size = sides.pop() if sides else None
    return size
