"""Resizing is PIL's, with antialiasing: what the published numbers were measured with."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ofer.apis.images import read_images
from ofer.engine.config import read_config
from ofer.registry import TRANSFORMS
from ofer.shipped import config_files

RESIZES = ('Resize', 'RandomResizedCrop')


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """1,200 x 1,000 pixels with detail finer than the target's pixels."""
    rows, columns = np.mgrid[:1200, :1000]
    waves = 127 + 60 * np.sin(columns / 2.3) * np.cos(rows / 3.1) + 60 * np.sin(rows / 90)
    image = np.stack([waves, waves[::-1], 255 - waves], 2).clip(0, 255).astype(np.uint8)
    Image.fromarray(image).save(tmp_path / 'photo.png')
    return tmp_path / 'photo.png'


@pytest.mark.parametrize('name', ['orsanet_rafdb', 'latent_ofer_fer_kdef', 'resnet18_folder'])
def test_a_large_photograph_is_resized_as_pil_does(name: str, photograph: Path) -> None:
    [found] = read_images(read_config(config_files()[name]), [photograph])
    image = Image.open(photograph)
    expected = np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR), dtype=float)
    np.testing.assert_array_equal(found.numpy().transpose(1, 2, 0), expected)
    without = cv2.resize(np.asarray(image), (224, 224), interpolation=cv2.INTER_LINEAR)
    assert abs(without - expected).mean() > 4  # grey levels; what stood here before


def test_a_model_without_resizing_in_its_pipeline_reads_large_images_as_pil_does(photograph: Path) -> None:
    [found] = read_images(read_config(config_files()['irnet_small_ferplus']), [photograph], size=48)
    expected = Image.open(photograph).resize((48, 48), Image.Resampling.BILINEAR)
    np.testing.assert_array_equal(found.numpy().transpose(1, 2, 0), np.asarray(expected))


def _steps(value: object) -> list[dict]:
    if isinstance(value, dict):
        own = [value] if value.get('type') in RESIZES else []
        return own + [step for child in value.values() for step in _steps(child)]
    return [step for child in value for step in _steps(child)] if isinstance(value, (list, tuple)) else []


def test_every_config_resizes_in_the_same_way() -> None:
    steps = [step for path in config_files().values() for step in _steps(read_config(path).to_dict())]
    assert {step['type'] for step in steps} == set(RESIZES)
    for step in steps:
        assert step.get('backend') == 'pillow', step
        assert TRANSFORMS.build(step).backend == 'pillow'
