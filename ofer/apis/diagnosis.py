"""Diagnosis of an installation: versions, devices, weights, and a self-test with numbers."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

import ofer
from ofer.processor import cpu_has_bfloat16

PACKAGES = ('torch', 'torchvision', 'mmengine', 'mmcv-lite', 'mmcv', 'mmpretrain', 'opencv-python', 'numpy', 'pillow', 'scipy', 'timm')
OPTIONAL = {
    'av': 'video',
    'pandas': 'table',
    'pyarrow': 'table',
    'onnx': 'onnx',
    'onnxruntime': 'onnx',
    'openvino': 'openvino',
    'ray': 'ray',
    'fastapi': 'web',
    'gradio': 'web',
    'tensorboard': 'tensorboard',
    'scikit-image': 'demo',
}
"""Packages that only some commands need, and the extra that installs them."""


@dataclass(frozen=True)
class Finding:
    """One line of a diagnosis.

    Args:
        topic: e.g. ``'versions'``.
        name: of the checked item.
        text: the result.
        good: True if the check passed, False if it failed, None for plain information.

    Examples:
        >>> Finding('versions', 'numpy', '2.4.6').good is None
        True
    """

    topic: str
    name: str
    text: str
    good: bool | None = None


def diagnose(device: str | None = None) -> Iterator[Finding]:
    """Inspect and test the installation.

    Args:
        device: for the test of the networks; None: a GPU if there is one.

    Yields:
        Findings, one by one.

    Examples:
        >>> next(iter(diagnose())).name
        'ofer'
    """
    yield from _versions()
    yield from _devices()
    yield from _weights()
    yield from _tests(device)


def _versions() -> Iterator[Finding]:
    yield Finding('versions', 'ofer', ofer.__version__)
    yield Finding('versions', 'python', f'{platform.python_version()} on {platform.platform()}')
    for name in (*PACKAGES, *OPTIONAL):
        try:
            yield Finding('versions', name, metadata.version(name))
        except metadata.PackageNotFoundError:
            if name in OPTIONAL:
                yield Finding('versions', name, f"not installed; pip install 'ofer[{OPTIONAL[name]}]'")
            elif name not in ('mmcv', 'mmcv-lite'):  # one of the two is enough
                yield Finding('versions', name, 'not installed', good=False)


def _devices() -> Iterator[Finding]:
    bfloat16 = 'bfloat16 instructions' if cpu_has_bfloat16() else 'no bfloat16 instructions: here --amp uses float32'
    yield Finding('devices', 'cpu', f'{os.cpu_count()} cores, {torch.get_num_threads()} threads of torch, {bfloat16}')
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        yield Finding('devices', f'cuda:{index}', f'{properties.name}, {properties.total_memory / 2**30:.1f} GiB')


def _weights() -> Iterator[Finding]:
    from ofer.fetch import cache_folder
    from ofer.weights import SHIPPED, shipped_file

    for name, sha256 in SHIPPED.items():
        try:
            path = shipped_file(name)
            yield Finding('weights', name, f'{path.stat().st_size / 1e6:.1f} MB, SHA-256 {sha256}', good=True)
        except (OSError, RuntimeError) as error:
            yield Finding('weights', name, str(error), good=False)
    yield Finding('weights', 'cache', f'{cache_folder()} (OFER_HOME), downloads {"off" if os.environ.get("OFER_OFFLINE") else "on"}')


def _tests(device: str | None) -> Iterator[Finding]:
    tests: dict[str, Callable[[], tuple[bool, str]]] = {
        'arithmetic': lambda: _arithmetic(device),
        'images': _images,
        'videos': _videos,
        'a face': lambda: _face(device),
    }
    for name, test in tests.items():
        begin = time.perf_counter()
        try:
            good, text = test()
        except Exception as error:  # any error is a result of the test
            good, text = False, f'{type(error).__name__}: {error}'
        yield Finding('self-test', name, f'{text} ({1000 * (time.perf_counter() - begin):.0f} ms)', good)


def _arithmetic(device: str | None) -> tuple[bool, str]:
    """Compare a convolution on the device with double precision."""
    from ofer.inference.parts import choose_device

    chosen = choose_device(device)
    rng = np.random.default_rng(0)
    images, kernel = (torch.from_numpy(rng.standard_normal(shape)) for shape in ((2, 16, 32, 32), (16, 16, 3, 3)))
    exact = torch.nn.functional.conv2d(images, kernel)
    found = torch.nn.functional.conv2d(images.float().to(chosen), kernel.float().to(chosen)).double().cpu()
    error = float((found - exact).abs().max() / exact.abs().max())
    return error < 1e-3, f'convolution on {chosen}: relative error {error:.1e}, at most 1e-3'


def _images() -> tuple[bool, str]:
    """Write and read an image file."""
    import cv2

    from ofer.files.image_file import decode_rgb

    image = np.random.default_rng(0).integers(0, 255, (32, 48, 3), dtype=np.uint8)
    content = cv2.imencode('.png', image[..., ::-1])[1].tobytes()
    return bool((decode_rgb(content, 'self-test') == image).all()), 'a PNG file is read as it was written'


def _face(device: str | None) -> tuple[bool, str]:
    """The inferencer on a drawn face, as it is and with its lower half covered."""
    from ofer.apis.inferencer import FERInferencer
    from ofer.datasets import SyntheticFaces
    from ofer.weights import SHIPPED

    if 'recogniser' not in SHIPPED:
        return True, 'not tried: no recogniser comes with this copy'
    inferencer = FERInferencer(device=device, detector=None, landmarks='default' if 'landmarks' in SHIPPED else None)
    face = SyntheticFaces(length=1, size=96).draw(0)['img']
    covered = face.copy()
    covered[48:] = 0
    one, other = inferencer([face, covered], color='rgb')
    total = sum(one.probabilities.values())
    more = (other.occluded_fraction or 0) - (one.occluded_fraction or 0)
    return abs(total - 1) < 1e-6 and more > 0.1, f'{one.label} {one.probability:.2f}; covered by half, {100 * more:.0f} % more occluded'


def _videos() -> tuple[bool, str]:
    """Write and read a video file."""
    from ofer.inference.video import VideoError, VideoWriter, pyav, read_video

    try:
        pyav()
    except VideoError as error:
        return True, f'not tried: {error}'
    times = [0.0, 0.5, 0.6]
    with TemporaryDirectory() as folder:
        path = Path(folder) / 'test.mp4'
        with VideoWriter(path) as writer:
            for time_ in times:
                writer.write(np.full((32, 32, 3), 128, np.uint8), time_)
        found = [frame.time for frame in read_video(path)]
    return bool(np.allclose(found, times, atol=1e-3)), f'frames written at {times} s are read at {[round(t, 3) for t in found]} s'
