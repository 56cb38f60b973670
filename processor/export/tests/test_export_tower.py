"""Exports small random models of each family and compares them with transformers. Run: python3 -m unittest discover tests"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import warnings
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
try:
    import torch
    import transformers

    import export_tower
    import small_models
    from vision_models import FAMILIES
except (ImportError, SystemExit) as missing:
    print(f"tests of export_tower.py SKIPPED, they need PyTorch and transformers: {missing}", file=sys.stderr)
    raise unittest.SkipTest(str(missing)) from None

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

HAS_SDPA = hasattr(torch.nn.functional, "scaled_dot_product_attention")
KINDS = ["clip", "siglip", "dinov2"] + ["dinov2_with_registers"] * small_models.has("Dinov2WithRegistersModel")
PREFIX = {"clip": 1, "siglip": 0, "dinov2": 1, "dinov2_with_registers": 4}
SIZE = {"clip": 28, "siglip": 28, "dinov2": 21, "dinov2_with_registers": 21}


class ExportTowerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = Path(scratch.name)
        for kind in KINDS:
            small_models.save(kind, cls.scratch / kind)

    def model(self, kind, **config_changes):
        """Folder of a small model, with the given entries of its config.json replaced."""
        folder = self.scratch / kind
        if not folder.exists():
            small_models.save(kind, folder)
        if not config_changes:
            return folder
        changed = Path(tempfile.mkdtemp(dir=self.scratch))
        for file in folder.iterdir():
            (changed / file.name).write_bytes(file.read_bytes())
        config = json.loads((changed / "config.json").read_text())
        (changed / "config.json").write_text(json.dumps({**config, **config_changes}))
        return changed

    def run_export(self, model, *options):
        """Exit status, folder written, standard output, standard error."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch)) / "tower"
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = export_tower.main([str(model), str(folder), *options])
        return status, folder, out.getvalue(), err.getvalue()

    def exported(self, model, *options):
        """The exported tower, loaded again, and its properties."""
        status, folder, _, err = self.run_export(model, *options)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(sorted(file.name for file in folder.iterdir()), ["serving.properties", "tower.pt"])
        lines = (folder / "serving.properties").read_text().splitlines()
        properties = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.jit.load(str(folder / "tower.pt")), properties

    def original(self, kind, pixels):
        """What transformers makes of these pixels, with the hidden states."""
        with torch.no_grad():
            model = getattr(transformers, FAMILIES[kind].model_class).from_pretrained(self.scratch / kind)
            return model.float().eval()(pixels, output_hidden_states=True)

    def assert_same(self, actual, expected, tolerance=1e-5):
        self.assertEqual(actual.shape, expected.shape)
        difference = ((actual.float() - expected).abs().max() / expected.abs().max()).item()
        self.assertLess(difference, tolerance)

    def pixels(self, kind, count):
        return torch.randn(count, 3, SIZE[kind], SIZE[kind], generator=torch.Generator().manual_seed(count))

    def refused(self, model, *options):
        """The one-line message of an export that is refused."""
        status, folder, out, err = self.run_export(model, *options)
        self.assertEqual((status, "wrote" in out, folder.exists()), (2, False, False))
        self.assertEqual(err.count("\n"), 1, err)
        return err


class FeaturesTest(ExportTowerTest):
    def test_should_equal_hidden_states_at_every_layer_and_batch_size(self):
        for kind in KINDS:
            for layer in (-1, -2, -5, 1):
                tower, _ = self.exported(self.model(kind), f"--select-layer={layer}")
                for count in (1, 2, 8):
                    with self.subTest(kind=kind, layer=layer, batch=count), torch.no_grad():
                        pixels = self.pixels(kind, count)
                        states = self.original(kind, pixels).hidden_states
                        self.assert_same(tower(pixels), states[layer][:, PREFIX[kind] :])

    def test_should_apply_the_final_norm_only_when_the_last_hidden_state_is_asked_for(self):
        for kind in KINDS:
            with self.subTest(kind=kind), torch.no_grad():
                tower, _ = self.exported(self.model(kind), "--select-layer", "last")
                pixels = self.pixels(kind, 3)
                self.assert_same(tower(pixels), self.original(kind, pixels).last_hidden_state[:, PREFIX[kind] :])

    def test_should_keep_class_and_register_tokens_when_asked(self):
        for kind in KINDS:
            if PREFIX[kind]:
                with self.subTest(kind=kind), torch.no_grad():
                    tower, properties = self.exported(self.model(kind), "--select-feature", "cls_patch")
                    pixels = self.pixels(kind, 2)
                    self.assert_same(tower(pixels), self.original(kind, pixels).hidden_states[-2])
                    self.assertEqual(properties["option.s2.prefixTokens"], str(PREFIX[kind]))

    def test_should_export_the_vision_half_of_a_model_with_text(self):
        for kind in ("clip", "siglip"):
            with self.subTest(kind=kind), torch.no_grad():
                folder = self.model(f"{kind}-with-text")
                tower, _ = self.exported(folder)
                whole = (transformers.CLIPModel if kind == "clip" else transformers.SiglipModel).from_pretrained(folder)
                seen = []
                # hidden_states[-2] of four layers is what the third one returns.
                whole.vision_model.encoder.layers[2].register_forward_hook(lambda *call: seen.append(call[-1]))
                pixels = self.pixels(kind, 2)
                whole.float().eval().vision_model(pixels)
                expected = seen[0] if torch.is_tensor(seen[0]) else seen[0][0]
                self.assert_same(tower(pixels), expected[:, PREFIX[kind] :])

    def test_should_not_miss_a_pooling_head(self):
        folder = self.model("siglip-without-head", vision_use_head=True)
        tower, _ = self.exported(folder)
        self.assertEqual(tower(self.pixels("siglip", 1)).shape, (1, 16, 32))

    def test_should_stay_close_in_16_bit(self):
        for dtype, returned in (("float16", torch.float16), ("bfloat16", torch.float32)):
            for kind in KINDS:
                with self.subTest(kind=kind, dtype=dtype), torch.no_grad():
                    if dtype == "float16" and not half_runs_on_the_cpu():
                        self.skipTest(f"PyTorch {torch.__version__} has no float16 on the CPU")
                    tower, properties = self.exported(self.model(kind), "--dtype", dtype)
                    pixels = self.pixels(kind, 2)
                    features = tower(pixels.to(getattr(torch, dtype)))
                    expected = self.original(kind, pixels).hidden_states[-2][:, PREFIX[kind] :]
                    self.assertEqual(features.dtype, returned)
                    self.assertTrue(torch.equal(tower(pixels), features))
                    self.assertEqual(properties["option.s2.dtype"], dtype)
                    self.assertEqual({str(p.dtype) for p in tower.parameters()}, {f"torch.{dtype}"})
                    cosine = torch.cosine_similarity(features.float(), expected, dim=-1)
                    self.assertGreater(cosine.mean().item(), 0.999)


class ArchiveTest(ExportTowerTest):
    def test_should_hold_no_later_layers_heads_or_devices(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                tower, _ = self.exported(self.model(kind), "--select-layer", "-3")
                names = [name for name, _ in tower.named_modules()]
                layers = [name for name in names if name.endswith(("layers.1", "layer.1", "layers.2", "layer.2"))]
                self.assertEqual(len(layers), 1, layers)
                self.assertFalse([name for name in names if "head" in name or "post_layernorm" in name])
                self.assertNotIn("torch.device", str(tower.inlined_graph) + all_code(tower))

    def test_should_attend_with_sdpa_where_transformers_can(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                model_class = getattr(transformers, FAMILIES[kind].model_class)
                if not HAS_SDPA or not getattr(model_class, "_supports_sdpa", False):
                    self.skipTest(f"no SDPA with PyTorch {torch.__version__}, transformers {transformers.__version__}")
                tower, _ = self.exported(self.model(kind))
                self.assertEqual(str(tower.inlined_graph).count("aten::scaled_dot_product_attention"), 3)

    def test_should_resize_positions_once_and_not_in_the_tower(self):
        tower, _ = self.exported(self.model("dinov2"), "--image-size", "35")
        self.assertNotIn("upsample", str(tower.inlined_graph))
        pixels = torch.randn(2, 3, 35, 35)
        self.assert_same(tower(pixels), self.original("dinov2", pixels).hidden_states[-2][:, 1:])

    def test_should_give_the_same_bytes_again_when_run_as_a_command(self):
        written = []
        for _ in range(2):
            folder = Path(tempfile.mkdtemp(dir=self.scratch)) / "tower"
            command = [sys.executable, export_tower.__file__, str(self.model("siglip")), str(folder)]
            run = subprocess.run(command, capture_output=True, text=True, timeout=300)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("features   [k, 16, 32] with 0 prefix tokens", run.stdout)
            written.append((folder / "tower.pt").read_bytes())
        self.assertEqual(written[0], written[1])


class PropertiesTest(ExportTowerTest):
    def test_should_describe_the_tower(self):
        _, clip = self.exported(self.model("clip"))
        self.assertEqual(
            clip,
            {
                "engine": "PyTorch",
                "option.modelName": "tower",
                "option.mapLocation": "true",
                "option.s2.inputSize": "28",
                "option.s2.prefixTokens": "0",
                "option.s2.imageMean": "0.48145466,0.4578275,0.40821073",
                "option.s2.imageStd": "0.26862954,0.26130258,0.27577711",
                "option.s2.dtype": "float32",
            },
        )
        _, dino = self.exported(self.model("dinov2"))
        self.assertEqual(dino["option.s2.inputSize"], "21")

    def test_should_take_image_settings_by_hand(self):
        folder = self.without_processor("dinov2")
        _, properties = self.exported(
            folder, "--image-mean", "-0.1,0.2,0.3", "--image-std", "1,2,3", "--image-size", "14"
        )
        self.assertEqual(properties["option.s2.imageMean"], "-0.1,0.2,0.3")
        self.assertEqual(properties["option.s2.imageStd"], "1.0,2.0,3.0")
        self.assertEqual(properties["option.s2.inputSize"], "14")

    def test_should_read_the_image_processor_within_a_processor(self):
        folder = self.without_processor("clip")
        processor = {"image_processor": small_models.PROCESSORS["clip"], "processor_class": "CLIPProcessor"}
        (folder / "processor_config.json").write_text(json.dumps(processor))
        _, properties = self.exported(folder)
        self.assertEqual(properties["option.s2.imageStd"], "0.26862954,0.26130258,0.27577711")

    def test_should_ask_for_image_settings_when_there_is_no_processor(self):
        message = self.refused(self.without_processor("clip"))
        self.assertIn("no preprocessor_config.json; give --image-mean R,G,B and --image-std R,G,B", message)

    def test_should_refuse_other_rescaling(self):
        folder = self.with_processor("siglip", rescale_factor=1 / 127.5)
        self.assertIn("not by 1/255", self.refused(folder))
        self.exported(folder, "--image-mean", "0.5,0.5,0.5", "--image-std", "0.5,0.5,0.5")

    def test_should_not_normalise_when_the_processor_does_not(self):
        _, properties = self.exported(self.with_processor("siglip", do_normalize=False))
        self.assertEqual(properties["option.s2.imageMean"], "0.0,0.0,0.0")
        self.assertEqual(properties["option.s2.imageStd"], "1.0,1.0,1.0")

    def without_processor(self, kind):
        folder = self.model(kind, architectures=None)
        (folder / "preprocessor_config.json").unlink()
        return folder

    def with_processor(self, kind, **changes):
        folder = self.without_processor(kind)
        (folder / "preprocessor_config.json").write_text(json.dumps({**small_models.PROCESSORS[kind], **changes}))
        return folder


class RefusalTest(ExportTowerTest):
    def test_should_refuse_what_it_cannot_export(self):
        clip, siglip = self.model("clip"), self.model("siglip")
        empty = Path(tempfile.mkdtemp(dir=self.scratch))
        for expected, model, *options in (
            ("has no config.json", empty),
            ("NaFlex", self.model("siglip", model_type="siglip2_vision_model")),
            ("can't be exported; supported are", self.model("clip", model_type="llava")),
            ("choose from -5..4, or last", clip, "--select-layer", "5"),
            ("has no class token", siglip, "--select-feature", "cls_patch"),
            ("takes images of 28 px, not 56 px", clip, "--image-size", "56"),
            ("lacks 16 weights of CLIPVisionModel", self.model("clip", num_hidden_layers=5)),
            ("can't load", self.model("clip", hidden_size=64)),
            ("smaller than one patch of 7 px", self.model("dinov2"), "--image-size", "6"),
            ("can't be a tower's name", clip, "--name", "a/b"),
        ):
            with self.subTest(expected):
                self.assertIn(expected, self.refused(model, *options))

    def test_should_refuse_damaged_files(self):
        cut_off = self.model("clip", architectures=None)
        weights = next(file for file in cut_off.iterdir() if file.suffix in (".safetensors", ".bin"))
        weights.write_bytes(weights.read_bytes()[:5000])
        self.assertIn("The download may be incomplete", self.refused(cut_off))
        garbled = self.model("clip", architectures=None)
        (garbled / "preprocessor_config.json").write_text("{")
        self.assertIn("preprocessor_config.json is not JSON", self.refused(garbled))

    def test_should_say_what_to_do_when_neither_a_folder_nor_the_hub_has_the_model(self):
        command = [sys.executable, export_tower.__file__, "nobody/no-such-model", str(self.scratch / "nothing")]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(self.scratch / "hub")}
        run = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
        self.assertEqual((run.returncode, run.stderr.count("\n")), (2, 1), run.stderr)
        self.assertIn("is no folder here, and config.json of a model of that name can't be fetched", run.stderr)

    def test_should_not_replace_a_model_unless_told(self):
        model = str(self.model("siglip"))
        _, folder, _, _ = self.run_export(model)
        before = (folder / "serving.properties").read_text()
        with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(export_tower.main([model, str(folder), "--select-layer", "0"]), 2)
            self.assertIn("--overwrite", err.getvalue())
            self.assertEqual((folder / "serving.properties").read_text(), before)
            self.assertEqual(export_tower.main([model, str(folder), "--select-layer", "0", "--overwrite"]), 0)
        self.assertIn("hidden_states[0]", (folder / "serving.properties").read_text())

    def test_should_write_nothing_when_the_export_differs(self):
        right = export_tower.original_features
        for wrong, said in (
            (lambda *a: right(*a) + 0.01, "differs from the original by"),
            (lambda model, x, layer, drop: right(model, x, layer - 1, drop), "differs from the original by"),
            (lambda *a: right(*a)[:, 1:], "returns (1, 16, 32), the original (1, 15, 32)"),
        ):
            with self.subTest(said), unittest.mock.patch.object(export_tower, "original_features", wrong):
                status, folder, out, err = self.run_export(self.model("clip"))
                self.assertEqual((status, "wrote" in out, folder.exists()), (1, False, False))
                self.assertIn(said, err)
                self.assertIn("nothing was written", err)

    def test_should_refuse_features_that_do_not_fit_the_dtype(self):
        tower = {1: torch.tensor([[[float("inf"), 1.0]]])}
        with self.assertRaisesRegex(export_tower.ParityError, "don't fit into float16"):
            export_tower.compare("the tower", "float16", tower, {1: torch.ones(1, 1, 2)})


def half_runs_on_the_cpu():
    try:
        torch.nn.Conv2d(3, 4, 2).half()(torch.zeros(1, 3, 4, 4).half())
        return True
    except RuntimeError:
        return False


def all_code(tower):
    return "".join(module.code for module in tower.modules() if hasattr(module, "code"))


if __name__ == "__main__":
    unittest.main()
