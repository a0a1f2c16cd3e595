"""Two workers of a local cluster give the rows of one process, and lose none when a worker is killed."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ofer.apis.exports import export_model
from ofer.apis.mapping import FaceMapper

ray = pytest.importorskip('ray', reason="needs ray: pip install 'ofer[ray]'")
FILE = Path(__file__).resolve().parents[1] / 'predict_on_ray.py'


@pytest.fixture(scope='module')
def example() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location('predict_on_ray', FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope='module')
def cluster() -> Iterator[None]:
    """Two workers on this machine."""
    root = FILE.parents[2]
    environment = {'env_vars': {'PYTHONPATH': str(root), 'OMP_NUM_THREADS': '1'}}
    ray.init(num_cpus=2, include_dashboard=False, runtime_env=environment, object_store_memory=100_000_000, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(scope='module')
def images(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp('images')
    rng = np.random.default_rng(0)
    paths = [str(folder / f'{i:02d}.png') for i in range(24)]
    for path in paths:
        cv2.imwrite(path, cv2.resize(rng.integers(0, 255, (6, 6, 3), np.uint8), (48, 48), interpolation=cv2.INTER_CUBIC))
    return paths


@pytest.fixture(scope='module')
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of the inferencer: an exported file, with which a worker starts in a second."""
    pytest.importorskip('onnx')
    pytest.importorskip('onnxruntime')
    path = tmp_path_factory.mktemp('exported') / 'recogniser.onnx'
    export_model('default', out=path)
    return dict(model=str(path), backend='onnx', detector=None, landmarks=None)


class DiesOnce(FaceMapper):
    """Its process is killed at the sixth image, the first time that it sees it."""

    def __init__(self, mark: str, **options: Any) -> None:
        super().__init__(**options)
        self.mark = Path(mark)

    def __call__(self, batch: Any) -> Any:
        if any(path.endswith('06.png') for path in batch['path']) and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(batch)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_workers_give_the_rows_of_one_process(
    example: Any, cluster: None, images: list[str], options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = FaceMapper(**options)({'path': images}).to_pandas().sort_values('source', ignore_index=True)
    example.rows(images, workers=2, batch_size=4, **options).write_parquet(str(tmp_path / 'out'))
    import pandas

    found = pandas.read_parquet(tmp_path / 'out').sort_values('source', ignore_index=True)
    pandas.testing.assert_frame_equal(found, expected, atol=1e-4)
    monkeypatch.setattr(example, 'FaceMapper', DiesOnce)
    mark = str(tmp_path / 'died')
    survived = example.rows(images, workers=2, batch_size=4, mark=mark, **options).to_pandas().sort_values('source', ignore_index=True)
    assert (tmp_path / 'died').exists()
    assert list(survived['source']) == list(expected['source'])
    assert list(survived['label']) == list(expected['label'])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_script_writes_a_row_for_each_image(images: list[str], tmp_path: Path) -> None:
    pandas = pytest.importorskip('pandas')
    pytest.importorskip('onnxruntime')
    environment = os.environ | {'PYTHONPATH': str(FILE.parents[2]), 'OMP_NUM_THREADS': '1'}
    command = [sys.executable, str(FILE), str(Path(images[0]).parent), '--out', str(tmp_path / 'out')]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert sorted(set(pandas.read_parquet(tmp_path / 'out')['source'])) == images
