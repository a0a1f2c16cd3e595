"""Backends of the inferencer: the same answers from exported files, made once and kept, and without torch."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel

from ofer import FERInferencer
from ofer.apis.recognisers import load_recogniser, random_recogniser
from ofer.cli.main import main
from ofer.datasets import SyntheticFaces
from ofer.inference import speed
from ofer.inference.speed import fused
from tests.inference.conftest import CLASSES, squares

pytest.importorskip('onnxruntime', reason='running exported files needs onnxruntime')


@pytest.fixture(scope='module')
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('home')


@pytest.fixture
def kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that the tests of this file share."""
    monkeypatch.setenv('OFER_HOME', str(home))
    return home


@pytest.fixture(scope='module')
def faces() -> list[np.ndarray]:
    drawn = SyntheticFaces(length=3, size=64)
    return [cv2.copyMakeBorder(drawn.draw(i)['img'], 40, 40, 40, 40, cv2.BORDER_REPLICATE) for i in range(3)]


@pytest.mark.parametrize('backend', ['onnx', 'openvino'])
def test_the_default_inferencer_answers_the_same(kept: Path, faces: list[np.ndarray], backend: str) -> None:
    pytest.importorskip('onnx', reason='exporting needs onnx')
    if backend == 'openvino':
        pytest.importorskip('openvino')
    options = dict(detector=None, landmarks=None) if backend == 'openvino' else {}  # its files take longer to write
    expected = FERInferencer(device='cpu', **options)(faces, color='rgb')
    found = FERInferencer(backend=backend, **options)(faces, color='rgb')
    assert len(found) == len(expected) >= 2
    for one, other in zip(expected, found, strict=True):
        assert other.label == one.label
        assert other.occluded_regions == one.occluded_regions
        np.testing.assert_allclose(list(other.probabilities.values()), list(one.probabilities.values()), atol=1e-3)
        np.testing.assert_allclose(other.box, one.box, atol=0.05)  # type: ignore[arg-type]
        if not options:
            np.testing.assert_allclose(other.landmarks, one.landmarks, atol=0.05)  # type: ignore[arg-type]
    files = sorted((kept / 'exported').glob('*.onnx' if backend == 'onnx' else '*.xml'))
    assert [file.name.partition('-')[0] for file in files] == ['recogniser'] if options else ['face_detector', 'landmarks', 'recogniser']
    before = [file.stat().st_mtime_ns for file in files]
    FERInferencer(backend=backend, **options)
    assert [file.stat().st_mtime_ns for file in files] == before  # kept, not made again


def test_neither_torch_nor_mmengine_is_imported(kept: Path, faces: list[np.ndarray], tmp_path: Path) -> None:
    """In a process in which their import fails, Python and command line answer from the kept files."""
    pytest.importorskip('onnx', reason='exporting needs onnx')
    FERInferencer(backend='onnx')
    cv2.imwrite(str(tmp_path / 'face.png'), faces[0][..., ::-1])
    code = f"""
import sys
for name in ("torch", "torchvision", "mmengine", "mmcv", "mmpretrain", "timm", "scipy", "matplotlib", "pooch", "sklearn"):
    sys.modules[name] = None
import importlib.util
from ofer import FERInferencer
(face,) = FERInferencer(backend="onnx")({str(tmp_path / 'face.png')!r})
print(face.label, face.occluded_fraction is not None, face.landmarks.shape)
from ofer.cli.main import main
main(["predict", {str(tmp_path / 'face.png')!r}, "--backend", "onnx", "--out", {str(tmp_path / 'out.csv')!r}])
"""
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    (expected,) = FERInferencer(device='cpu')(tmp_path / 'face.png')
    assert done.stdout.split('\n')[0] == f'{expected.label} True (68, 2)'
    assert (tmp_path / 'out.csv').read_text().count('\n') == 2


def test_files_are_given_by_name(kept: Path, faces: list[np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip('onnx', reason='exporting needs onnx')
    for name, file in (('default', 'recogniser'), ('face_detector', 'face_detector'), ('landmarks', 'landmarks')):
        main(['export', name, '--format', 'onnx', '--out', str(tmp_path / f'{file}.onnx')])
    assert 'recogniser.onnx: classifier recogniser, float32, 13.' in capsys.readouterr().out
    cv2.imwrite(str(tmp_path / 'face.png'), faces[0][..., ::-1])
    files = [tmp_path / f'{name}.onnx' for name in ('recogniser', 'face_detector', 'landmarks')]
    options = [f'--{name}={file}' for name, file in zip(('model', 'detector-file', 'landmarks'), files, strict=True)]
    main(['predict', str(tmp_path / 'face.png'), '--backend', 'onnx', *options, '--quiet'])
    assert 'face.png [' in capsys.readouterr().out
    with pytest.raises(ValueError, match=r'recogniser\.onnx: its classes are surprise, .*, and anger, happiness are needed'):
        FERInferencer(files[0], backend='onnx', detector=None, landmarks=None, classes=('anger', 'happiness'))


def test_options_of_torch_are_refused_by_other_backends(kept: Path, tiny_model: BaseModel) -> None:
    for options in (dict(device='cuda'), dict(explain=True), dict(compile=True), dict(aligner=dict(type='BoxAligner'))):
        with pytest.raises(ValueError, match=rf"{next(iter(options))}=.*Choose backend='torch'"):
            FERInferencer(backend='onnx', **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='give the model by name or file'):
        FERInferencer(tiny_model, backend='onnx')
    with pytest.raises(ValueError, match=r"precision='bfloat16': onnxruntime has only that of the file"):
        FERInferencer(backend='onnx', precision='bfloat16', detector=None, landmarks=None)
    exported = kept / 'exported'
    before = sorted(exported.glob('*'))
    with pytest.raises(ValueError, match=r"precision='mixed': openvino has float32, bfloat16; mixed is for backend='torch'"):
        FERInferencer('orsanet_48_ferplus', backend='openvino', precision='mixed')
    assert sorted(exported.glob('*')) == before  # before anything is exported
    with pytest.raises(ValueError, match=r"precision='float8': choose one of"):
        load_recogniser(precision='float8')


def test_a_checkpoint_is_exported_once(kept: Path, tiny_weights: Path) -> None:
    pytest.importorskip('onnx', reason='exporting needs onnx')
    options = dict(detector=None, landmarks=None)
    image = squares(1)
    (expected,) = FERInferencer('default', tiny_weights, 'cpu', **options)(image, color='rgb')
    (found,) = FERInferencer('default', tiny_weights, backend='onnx', classes=CLASSES, **options)(image, color='rgb')
    np.testing.assert_allclose(list(found.probabilities.values()), list(expected.probabilities.values()), atol=1e-4)


def test_fused_norms_change_nothing_but_the_network(tiny_model: BaseModel) -> None:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for module in tiny_model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.uniform_(-0.2, 0.2, generator=generator)  # type: ignore[union-attr]
    inputs = torch.randn(2, 3, 32, 32, generator=generator)
    faster = fused(tiny_model, inputs)
    assert faster is not tiny_model
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in faster.modules())
    with torch.no_grad():
        torch.testing.assert_close(faster(inputs), tiny_model(inputs), atol=1e-4, rtol=1e-4)


class Shuffled(torch.nn.Module):
    """Applies its norm to something else than the convolution that is defined before it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.other = torch.nn.Conv2d(3, 3, 1), torch.nn.BatchNorm2d(3), torch.nn.Conv2d(3, 3, 1)
        torch.nn.init.uniform_(self.norm.running_mean, 1, 2)  # type: ignore[arg-type]

    def forward(self, inputs: torch.Tensor, mode: str) -> list:
        from ofer.structures import FaceSample

        scores = (self.conv(inputs) * self.norm(self.other(inputs))).mean((2, 3)).softmax(1)
        return [FaceSample().set_pred_score(score) for score in scores]


def test_a_network_that_cannot_be_fused_stays_as_it_is() -> None:
    torch.manual_seed(0)
    model = Shuffled().eval()
    assert fused(model, torch.randn(2, 3, 8, 8)) is model  # type: ignore[arg-type]


@pytest.mark.usefixtures('bfloat16_on_any_cpu')
def test_bfloat16_is_close(faces: list[np.ndarray]) -> None:
    crops = [cv2.resize(face, (48, 48)) for face in faces]
    exact, rough = load_recogniser(), load_recogniser(precision='bfloat16')
    assert any(parameter.dtype == torch.bfloat16 for parameter in rough.model.parameters())
    for one, other in zip(exact(crops), rough(crops), strict=True):
        assert one.probabilities.argmax() == other.probabilities.argmax()
        np.testing.assert_allclose(other.probabilities, one.probabilities, atol=0.1)


@pytest.mark.parametrize('precision', ['bfloat16', 'mixed'])
def test_imitated_bfloat16_gives_way_to_float32(precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, 'cpu_has_bfloat16', lambda: False)
    recogniser = random_recogniser('orsanet_slim_ferplus')
    with pytest.warns(UserWarning, match='no bfloat16 instructions: float32 is used'):
        recogniser.speed_up(precision)
    assert recogniser.precision == 'float32'
    assert {parameter.dtype for parameter in recogniser.model.parameters()} == {torch.float32}


@pytest.mark.usefixtures('bfloat16_on_any_cpu')
def test_mixed_precision_computes_priors_in_bfloat16(faces: list[np.ndarray]) -> None:
    crops = [cv2.resize(face, (48, 48)) for face in faces]
    exact, mixed, rough = (random_recogniser('orsanet_48_ferplus') for _ in range(3))
    mixed.speed_up('mixed')
    rough.speed_up('bfloat16')
    halved = {name.split('.')[0] for name, value in mixed.model.named_parameters() if value.dtype == torch.bfloat16}
    assert halved == {'parsing_prior', 'landmark_prior'}
    expected, near, far = (np.stack([answer.probabilities for answer in each(crops)]) for each in (exact, mixed, rough))
    assert 0 < np.abs(near - expected).max() < 1e-3
    assert np.abs(near - expected).max() < np.abs(far - expected).max()
    mixed.explains = exact.explains = True
    for one, other in zip(exact(crops), mixed(crops), strict=True):
        assert one.parsing is not None
        assert (one.parsing == other.parsing).mean() > 0.9
    with pytest.raises(ValueError, match=r"precision='mixed': ORSANet has no frozen priors here"):
        load_recogniser(precision='mixed')


@pytest.mark.usefixtures('bfloat16_on_any_cpu')
def test_explanations_in_bfloat16(faces: list[np.ndarray]) -> None:
    recogniser = load_recogniser(precision='bfloat16')
    recogniser.explains = True
    for answer in recogniser([cv2.resize(face, (48, 48)) for face in faces]):
        assert answer.attention is not None
        assert np.isfinite(answer.attention).all()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which('c++') is None, reason='torch compiles with c++, which is not installed')
def test_compilation_changes_no_answer(tiny_weights: Path) -> None:
    options: dict[str, Any] = dict(device='cpu', detector=None, landmarks=None)
    plain, compiled = (FERInferencer('default', tiny_weights, compile=chosen, **options) for chosen in (False, True))
    torch._dynamo.utils.counters.clear()
    images = [squares(1, offset=offset) for offset in range(3)]
    for given in (images[:1], images):  # another batch than the first
        expected, found = plain(given, color='rgb'), compiled(given, color='rgb')
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(list(other.probabilities.values()), list(one.probabilities.values()), atol=1e-4)
    assert torch._dynamo.utils.counters['stats']['unique_graphs'] > 0


@pytest.mark.slow
def test_a_fresh_environment_without_torch(kept: Path, faces: list[np.ndarray], tmp_path: Path) -> None:
    """Installed with --no-deps beside onnxruntime, numpy, OpenCV and Pillow alone."""
    FERInferencer(backend='onnx')
    cv2.imwrite(str(tmp_path / 'face.png'), faces[0][..., ::-1])
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, '-m', 'venv', tmp_path / 'venv'], check=True)
    python = tmp_path / 'venv/bin/python'
    packages = ['onnxruntime', 'numpy', 'opencv-python-headless<5', 'pillow']
    subprocess.run([python, '-m', 'pip', 'install', '-q', *packages], check=True)
    subprocess.run([python, '-m', 'pip', 'install', '-q', '--no-deps', str(root)], check=True)
    code = f"""
import time
begin = time.perf_counter()
from ofer import FERInferencer
inferencer = FERInferencer(backend='onnx')
seconds = time.perf_counter() - begin
lines = open('/proc/self/status').read().splitlines()  # getrusage would tell the peak of the process that started this one
peak = next(int(line.split()[1]) / 1024 for line in lines if line.startswith('VmHWM'))
print(seconds, peak, inferencer({str(tmp_path / 'face.png')!r})[0].label)
"""
    run = [python, '-c', code]
    subprocess.run(run, check=True, cwd=tmp_path)  # compiles the modules
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=tmp_path)
    seconds, megabytes, label = done.stdout.split()
    assert label == FERInferencer(device='cpu')(tmp_path / 'face.png')[0].label
    assert float(seconds) < 2  # 0.6 on an idle core
    assert float(megabytes) < 200
