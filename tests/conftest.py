"""What every test may use."""

import ast
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault('OMP_NUM_THREADS', '1')  # before torch is imported: the nets are tiny, and threads would wait for each other

import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope='session', autouse=True)
def _what_is_imported_is_not_garbage() -> None:
    """Python looks for garbage by itself; looking through all objects of the imported modules takes it 0.3 s each time."""
    gc.freeze()


@pytest.fixture(scope='session', autouse=True)
def _data_sets_collect_no_garbage() -> Iterator[None]:
    """mmengine looks for garbage after each: a tenth of the time of the tests."""
    from mmengine.dataset import base_dataset

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base_dataset, 'gc', SimpleNamespace(collect=lambda: 0))
        yield


@pytest.fixture(scope='session', autouse=True)
def _texts_of_configs_are_not_formatted() -> Iterator[None]:
    """yapf takes half a second for each training; that the text is Python is still checked."""
    from mmengine.config import config

    def check(text: str, **_: object) -> tuple[str, bool]:
        ast.parse(text)
        return text, False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, 'FormatCode', check)
        yield


@pytest.fixture
def box_without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The published box of latents has 1.8 GB of weights: shapes are all that building it needs."""
    from ofer.models.published.latent_box import LatentBoxMLP

    init = LatentBoxMLP.__init__

    def on_meta(self: LatentBoxMLP, *args: object, **kwargs: object) -> None:
        with torch.device('meta'):
            init(self, *args, **kwargs)

    monkeypatch.setattr(LatentBoxMLP, '__init__', on_meta)


@pytest.fixture
def undrawn_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks are built with weights of zero: drawing them takes most of the time."""
    for draw in ('uniform_', 'normal_'):
        monkeypatch.setattr(torch.Tensor, draw, lambda tensor, *bounds, **settings: tensor.zero_())


@pytest.fixture
def bfloat16_on_any_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks compute in bfloat16 also where it is imitated, and float32 would take its place."""
    for module in ('ofer.engine.precision', 'ofer.inference.speed', 'ofer.export.benchmark'):
        monkeypatch.setattr(f'{module}.cpu_has_bfloat16', lambda: True)


@pytest.fixture(scope='session')
def shared() -> Path:
    """The folder with real faces, weights and frozen numbers, which is no part of the project."""
    path = Path(os.environ.get('OFER_SHARED', ROOT.parent / 'shared'))
    if not path.is_dir():
        pytest.skip(f'{path} is missing: real faces, weights and frozen numbers (set OFER_SHARED to their folder)')
    return path
