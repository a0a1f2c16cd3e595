"""Scenes: tokens to frozen numbers and by plain loops, the reader of files and what it refuses, the generated scene, kappa."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from numpy.typing import NDArray
from ofer_dare_classification import (
    GeneratedScene,
    HyperspectralScene,
    PackSpectrum,
    SceneMetric,
    band_tokens,
    generate_scene,
    kappa,
    mirrored,
    read_scene,
)
from ofer_dare_classification.scene_files import CLASSES
from scipy.io import savemat
from sklearn.metrics import cohen_kappa_score

from ofer.registry import DATASETS, METRICS

SMALL = dict(size=16, num_bands=6, num_classes=4, per_class=3)


@pytest.fixture
def content() -> dict[str, NDArray]:
    return generate_scene(**SMALL)


@pytest.fixture
def file(content: dict[str, NDArray], tmp_path: Path) -> Path:
    savemat(tmp_path / 'scene.mat', content)
    return tmp_path / 'scene.mat'


def test_padding_and_tokens_to_frozen_numbers(shared: Path) -> None:
    cube = np.random.RandomState(32).rand(6, 5, 9)
    with np.load(shared / 'fixtures' / 'spectralformer_patch_indian.io.npz') as frozen:
        np.testing.assert_allclose(mirrored(cube, 5), frozen['mirror5'], atol=1e-6)
        for side in (1, 3):
            padded = mirrored(cube, side)
            patches = [padded[y : y + side, x : x + side] for y, x in ((0, 0), (3, 4), (5, 2))]
            for group in (3, 5):
                found = np.stack([band_tokens(patch, group) for patch in patches])
                np.testing.assert_allclose(found, frozen[f'tokens_p{side}_b{group}'], atol=1e-6)


def test_tokens_by_plain_loops() -> None:
    patch = np.arange(3 * 3 * 7).reshape(3, 3, 7)
    for band in range(7):
        expected = [patch[y, x, (band + offset) % 7] for offset in (-1, -2, 0, 1, 2) for y in range(3) for x in range(3)]
        assert band_tokens(patch, 5)[band].tolist() == expected
    pixel = patch[:1, :1]
    assert band_tokens(pixel, 5)[0].tolist() == [pixel[0, 0, band] for band in (5, 6, 0, 1, 2)]


@pytest.mark.parametrize('group', [0, 2, 9])
def test_bad_groups(group: int) -> None:
    with pytest.raises(ValueError, match=f'group={group}: expected an odd number of neighbouring bands, at most 7'):
        band_tokens(np.zeros((1, 1, 7)), group)


def test_items_of_a_file(file: Path, content: dict[str, NDArray]) -> None:
    dataset = HyperspectralScene(str(file.parent), file.name, split='train', patch=3)
    assert len(dataset) == 12
    assert dataset.metainfo['classes'] == ('class 1', 'class 2', 'class 3', 'class 4')
    assert dataset.get_gt_labels().tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
    cube = read_scene(file).cube
    for item in (dataset[i] for i in range(12)):
        y, x = item['row'], item['column']
        assert content['TR'][y, x] == item['gt_label'] + 1
        np.testing.assert_array_equal(item['patch'][1, 1], cube[y, x])
        corner = cube[max(y - 1, 0), max(x - 1, 0)]
        np.testing.assert_array_equal(item['patch'][0, 0], corner)  # at the edge, the edge is repeated
    test = HyperspectralScene(str(file.parent), file.name, split='test', patch=1)
    assert len(test) == 16 * 16 - 12
    assert test[0]['patch'].shape == (1, 1, 6)


def test_bands_are_scaled_one_by_one(file: Path) -> None:
    cube = read_scene(file).cube
    assert cube.dtype == np.float32
    np.testing.assert_array_equal(cube.min((0, 1)), np.zeros(6))
    np.testing.assert_array_equal(cube.max((0, 1)), np.ones(6))


def test_packed(file: Path) -> None:
    dataset = HyperspectralScene(str(file.parent), file.name, patch=3, pipeline=[dict(type='PackSpectrum', group=5)], indices=2)
    packed = dataset[1]
    assert packed['inputs'].shape == (6, 45)
    assert packed['data_samples'].gt_label.tolist() == [0]
    assert packed['data_samples'].img_path.startswith(str(file))


def changed(content: dict[str, NDArray], **changes: object) -> dict:
    return {name: value for name, value in {**content, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (lambda c: dict(TE=None), "has no variable 'TE', only input, TR"),
        (lambda c: dict(TR=c['TR'][:5]), r'TR is \(5, 16\), and input \(16, 16\) pixels'),
        (lambda c: dict(TR=np.zeros((16, 16))), 'TR has no labels'),
        (lambda c: dict(TR=c['TR'] + 0.5), 'TR has values other than whole numbers'),
        (lambda c: dict(TE=c['TE'] * 0 + 1), '12 pixels are in TR and TE'),
        (lambda c: dict(input=c['input'][0]), r'input has shape \(16, 6\), expected 3 axes'),
        (lambda c: dict(input=c['input'] * np.nan), 'not finite'),
    ],
)
def test_bad_files(content: dict[str, NDArray], tmp_path: Path, change: Callable, message: str) -> None:
    savemat(tmp_path / 'bad.mat', changed(content, **change(content)))
    with pytest.raises(ValueError, match=rf'bad\.mat.*{message}'):
        read_scene(tmp_path / 'bad.mat')


def test_files_that_are_missing_or_no_scene(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no such file\. Scenes are not downloaded'):
        read_scene(tmp_path / 'none.mat')
    (tmp_path / 'text.mat').write_text('hello ' * 50)
    with pytest.raises(ValueError, match=r'text\.mat: no MATLAB file'):
        read_scene(tmp_path / 'text.mat')
    (tmp_path / 'new.mat').write_bytes(b'MATLAB 7.3 MAT-file'.ljust(124) + b'\x00\x02IM' + b'\x00' * 400)
    with pytest.raises(ValueError, match=r'format 7\.3 is not read'):
        read_scene(tmp_path / 'new.mat')


def test_a_scene_of_another_name(file: Path) -> None:
    with pytest.raises(ValueError, match='4 classes, and pavia has 9'):
        HyperspectralScene(str(file.parent), file.name, scene='pavia')
    with pytest.raises(ValueError, match="scene='mars'"):
        HyperspectralScene(str(file.parent), file.name, scene='mars')
    with pytest.raises(ValueError, match='patch=2'):
        HyperspectralScene(str(file.parent), file.name, patch=2)
    with pytest.raises(ValueError, match="split='val'"):
        HyperspectralScene(str(file.parent), file.name, split='val')


def test_number_of_class_names() -> None:
    assert {name: len(classes) for name, classes in CLASSES.items()} == dict(indian_pines=16, pavia=9, houston=15)
    assert all(len(set(classes)) == len(classes) for classes in CLASSES.values())


def test_generated_scene_is_the_same_for_its_seed_and_has_the_layout_of_a_file(content: dict[str, NDArray]) -> None:
    again, other = generate_scene(**SMALL), generate_scene(**SMALL, seed=1)
    assert all((content[name] == again[name]).all() for name in content)
    assert (content['TR'] != other['TR']).any()
    assert np.bincount(content['TR'].ravel())[1:].tolist() == [3] * 4
    assert ((content['TR'] > 0) != (content['TE'] > 0)).all()
    with pytest.raises(ValueError, match='too few for per_class=99'):
        generate_scene(**SMALL | dict(per_class=99))


def test_generated_data_set_is_that_scene(content: dict[str, NDArray], file: Path) -> None:
    dataset = DATASETS.build(dict(type='GeneratedScene', split='test', patch=3, scene=None, **SMALL))
    assert isinstance(dataset, GeneratedScene)
    of_file = HyperspectralScene(str(file.parent), file.name, split='test', patch=3)
    assert len(dataset) == len(of_file)
    np.testing.assert_array_equal(dataset[7]['patch'], of_file[7]['patch'])


def test_classes_of_a_generated_scene_are_told_apart_by_their_spectra() -> None:
    """The nearest mean spectrum is right far more often than by chance, and not always."""
    scene = DATASETS.build(dict(type='GeneratedScene', split='train', patch=1))
    test = DATASETS.build(dict(type='GeneratedScene', split='test', patch=1))
    means = np.stack([scene[i]['patch'][0, 0] for i in range(len(scene))]).reshape(8, 20, -1).mean(1)
    spectra = np.stack([test[i]['patch'][0, 0] for i in range(len(test))])
    found = ((spectra[:, None] - means) ** 2).sum(2).argmin(1)
    assert 0.4 < (found == test.get_gt_labels()).mean() < 0.95


def test_kappa_by_hand_and_by_scikit_learn() -> None:
    # 35 of 50 agree; by chance (25 * 30 + 25 * 20) / 50^2 = 0.5: (0.7 - 0.5) / 0.5.
    assert kappa(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)
    assert kappa(np.array([[3, 0], [0, 0]])) == 1
    rng = np.random.default_rng(0)
    true, found = rng.integers(0, 4, 100), rng.integers(0, 4, 100)
    matrix = np.zeros((4, 4), np.int64)
    np.add.at(matrix, (true, found), 1)
    assert kappa(matrix) == pytest.approx(cohen_kappa_score(true, found))


def test_metric_has_overall_average_and_kappa() -> None:
    metric = METRICS.build(dict(type='SceneMetric'))
    assert isinstance(metric, SceneMetric)
    metric.dataset_meta = dict(classes=('meadows', 'trees'))
    scores = np.eye(2)[[0, 0, 0, 1, 1]]
    metric.process(
        None, [dict(gt_label=torch.tensor([label]), pred_score=score) for label, score in zip((0, 0, 0, 0, 1), scores, strict=True)]
    )
    found = metric.evaluate(5)
    assert found['accuracy'] == pytest.approx(80)
    assert found['balanced_accuracy'] == pytest.approx(87.5)
    assert found['kappa'] == pytest.approx(100 * (0.8 - 0.56) / 0.44)  # by chance (4 * 3 + 1 * 2) / 25


def test_pack_spectrum_builds_by_name() -> None:
    config = Config(dict(pipeline=[dict(type='PackSpectrum', group=3)]))
    dataset = DATASETS.build(dict(type='GeneratedScene', pipeline=config.pipeline, patch=1, **SMALL))
    assert isinstance(dataset.pipeline.transforms[0], PackSpectrum)
    assert dataset[0]['inputs'].shape == (6, 3)
