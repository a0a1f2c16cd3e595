"""Pictures of a model with random weights: they appear, and what cannot be drawn is refused."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import ofer
from ofer.apis.prediction import head_features
from ofer.engine.processes.launch import UsageError

ROOT = Path(__file__).resolve().parents[3]
PIPELINE = str(ROOT / 'configs' / 'latent_ofer_synthetic.py')
ORSANET = str(ROOT / 'configs' / 'demo_orsanet.py')
CLASSES = ('surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral')


@pytest.fixture(scope='module')
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp('weights') / 'orsanet.pth'
    torch.save({'state_dict': ofer.get_model(ORSANET).state_dict(), 'meta': {'dataset_meta': {'classes': CLASSES}}}, path)
    return str(path)


@pytest.fixture(scope='module')
def plain(experiment: Path) -> tuple[str, str]:
    """A config without priors, and weights of it."""
    path = experiment / 'plain.pth'
    torch.save({'state_dict': ofer.get_model(experiment / 'tiny.py').state_dict()}, path)
    return str(experiment / 'tiny.py'), str(path)


def test_panel_of_images_of_any_size(command: Callable, weights: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    images = []
    for name, shape in (('a.png', (80, 50, 3)), ('b.jpg', (64, 64, 3))):
        images.append(str(tmp_path / name))
        cv2.imwrite(images[-1], np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8))
    command('analyze', 'panel', ORSANET, weights, *images, '--out', str(tmp_path / 'new' / 'panel.png'), '--cell', '100')
    height, width, _ = cv2.imread(str(tmp_path / 'new' / 'panel.png')).shape
    assert height > 2 * 100
    assert 5 * 100 < width < 6 * 100
    printed = capsys.readouterr().out
    assert any(f'a.png: {name} ' in printed for name in CLASSES)


def test_panel_needs_images_and_a_model_that_explains_itself(
    command: Callable, weights: str, plain: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError, match=r'no such image: gone\.png'):
        command('analyze', 'panel', ORSANET, weights, 'gone.png')
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(UsageError, match='ImageClassifier does not say what it sees'):
        command('analyze', 'panel', *plain, str(tmp_path / 'a.png'))


@pytest.fixture(scope='module')
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The whole of a small Latent-OFER with random weights, whose detector flags about half of what it sees."""
    model = ofer.get_model(PIPELINE)
    detector = model.detector.model
    detector.detector.center.zero_()
    detector.detector.threshold.zero_()
    with torch.no_grad():
        found = detector(torch.randn(4, 3, 64, 64), mode='predict')
    detector.detector.threshold.fill_(torch.stack([sample.occlusion_score for sample in found]).median())
    path = tmp_path_factory.mktemp('weights') / 'whole.pth'
    torch.save({'state_dict': model.state_dict(), 'meta': {'dataset_meta': {'classes': CLASSES}}}, path)
    return str(path)


def test_a_row_for_each_image_through_the_stages(command: Callable, pipeline: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    images = [str(tmp_path / name) for name in ('a.png', 'b.png')]
    for path in images:
        cv2.imwrite(path, np.random.default_rng(0).integers(0, 255, (80, 60, 3), dtype=np.uint8))
    out = tmp_path / 'sheet.png'
    command('analyze', 'stages', PIPELINE, *images, '--checkpoint', pipeline, '--out', str(out), '--cell', '64')
    height, width, _ = cv2.imread(str(out)).shape
    assert height > 2 * 64
    assert 7 * 64 < width < 8 * 64  # input, heat map, mask, MAE, hybrid, CAM, chosen
    printed = capsys.readouterr().out
    assert 'a.png: ' in printed
    assert 'b.png: 0 %' not in printed


def test_deocclusion_needs_a_pipeline_and_its_files(
    command: Callable, plain: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no stage's file is
    cv2.imwrite('a.png', np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(UsageError, match='ImageClassifier is not a pipeline'):
        command('analyze', 'stages', plain[0], 'a.png')
    with pytest.raises(FileNotFoundError, match=r'latent_ofer_svdd_pasted_synthetic\.pth.*train-stages'):
        command('analyze', 'stages', PIPELINE, 'a.png')
    with pytest.raises(FileNotFoundError, match=r'no such image: b\.png'):
        command('analyze', 'stages', PIPELINE, 'b.png')


def test_tsne_of_what_the_head_sees(command: Callable, plain: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / 'tsne.png'
    command('analyze', 'tsne', *plain, '--out', str(out), '--set', 'train', '--samples', '10', '--perplexity', '3', '--batch-size', '4')
    picture = cv2.imread(str(out))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 10  # colours, not white paper


def test_features_are_those_of_the_head(command: Callable, plain: tuple[str, str]) -> None:
    from mmengine.registry import DefaultScope

    from ofer.engine.config import read_config
    from ofer.registry import DATASETS

    config, model = read_config(plain[0]), ofer.get_model(plain[0], plain[1])
    with DefaultScope.overwrite_default_scope('ofer'):
        dataset = DATASETS.build(config.test_dataloader.dataset)
    features, target = head_features(model, dataset, [0, 4, 8], batch_size=2)
    assert target.tolist() == [0, 1, 2]
    inputs = model.data_preprocessor({'inputs': [dataset[index]['inputs'] for index in (0, 4, 8)]})['inputs']
    with torch.no_grad():
        np.testing.assert_allclose(model.head.fc(torch.from_numpy(features)), model(inputs, mode='tensor'), atol=1e-5)


@pytest.mark.parametrize(
    ('options', 'message'),
    [(['--set', 'clear'], 'has clean, train, blocks_30'), (['--perplexity', '9'], 'less than the number of samples, 9')],
)
def test_tsne_says_what_is_wrong(command: Callable, plain: tuple[str, str], options: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        command('analyze', 'tsne', *plain, *options)
