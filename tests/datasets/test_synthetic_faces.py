import zlib

import numpy as np
import pytest
import torch

from ofer.categories import EXPRESSIONS_7, EXPRESSIONS_8, PARSING_CLASSES
from ofer.datasets import ClassBalancedSampler, SyntheticFaces
from ofer.registry import DATASETS
from ofer.synthetic import OCCLUDERS

CLASS = {name: number for number, name in enumerate(PARSING_CLASSES)}
LABELS = [5, 6, 4, 1, 3, 2, 0, 4, 3, 1, 6, 5, 0, 2]
LABELS_CHECKSUM = 2635864013
LANDMARKS = [(0.1744, 0.3713), (0.5439, 0.8484), (0.5765, 0.5727), (0.3428, 0.3809), (0.7355, 0.3681), (0.4475, 0.6896), (0.6621, 0.6823)]
PACK = [dict(type='LoadFace'), dict(type='PackFace')]


def items(count: int, **options) -> list[dict]:
    dataset = SyntheticFaces(**{'size': 64, 'length': count} | options)
    return [dataset[i] for i in range(count)]


def class_at(item: dict, points: np.ndarray) -> np.ndarray:
    """Parsing classes within one pixel of points ``(n, 2)``, ``(n, 9)``."""
    parsing = item['gt_parsing']
    x, y = np.floor(points * parsing.shape[0]).astype(int).T
    padded = np.pad(parsing, 1)
    return np.stack([padded[y + 1 + dy, x + 1 + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)], 1)


def test_is_built_by_name_and_packed() -> None:
    dataset = DATASETS.build(dict(type='ofer.SyntheticFaces', size=48, length=9, num_classes=8, occlusion=0.5, pipeline=PACK))
    assert dataset.metainfo['classes'] == EXPRESSIONS_8
    assert len(dataset) == 9
    packed = dataset[4]
    sample = packed['data_samples']
    assert packed['inputs'].shape == (3, 48, 48)
    assert packed['inputs'].dtype == torch.uint8
    assert sample.gt_landmarks.shape == (68, 2)
    assert sample.gt_parsing.shape == sample.gt_occlusion.shape == (48, 48)
    assert sample.img_path == 'synthetic/train/4'


@pytest.mark.parametrize('size', [48, 75, 112, 224])
def test_labels_have_their_forms_at_every_size(size: int) -> None:
    item = items(1, size=size, occlusion=1)[0]
    assert item['img'].shape == (size, size, 3)
    assert item['img'].dtype == np.uint8
    assert item['gt_landmarks'].dtype == np.float32
    assert item['gt_parsing'].dtype == np.uint8
    assert item['gt_occlusion'].dtype == bool
    assert 0.02 < item['gt_occlusion'].mean() < 0.6


def test_a_face_depends_on_seed_and_index_alone() -> None:
    forwards = SyntheticFaces(size=48, length=30, occlusion=0.5)
    wanted = [forwards[i] for i in (3, 17, 8)]
    longer = SyntheticFaces(size=48, length=300, occlusion=0.5, lazy_init=True)
    for index, item in zip((8, 17, 3), reversed(wanted), strict=True):
        for key, value in longer[index].items():
            np.testing.assert_array_equal(value, item[key], err_msg=key)
    other = SyntheticFaces(size=48, length=30, occlusion=0.5, seed=1)[3]
    assert np.abs(other['gt_landmarks'] - wanted[0]['gt_landmarks']).max() > 0.01


def test_a_face_is_the_same_on_every_machine() -> None:
    # Written down once. The labels come from a fixed stream of draws; landmarks to 1e-3, for machines differ in the last digits.
    dataset = SyntheticFaces(length=700)
    assert dataset.get_gt_labels()[:14].tolist() == LABELS
    assert zlib.crc32(dataset.get_gt_labels().astype(np.uint8).tobytes()) == LABELS_CHECKSUM
    landmarks = dataset[5]['gt_landmarks']
    np.testing.assert_allclose(landmarks[[0, 8, 30, 36, 45, 48, 54]], LANDMARKS, atol=1e-3)


def test_landmarks_do_not_depend_on_size() -> None:
    small, large = SyntheticFaces(size=48)[11], SyntheticFaces(size=160)[11]
    np.testing.assert_array_equal(small['gt_landmarks'], large['gt_landmarks'])


def test_classes_are_balanced_and_every_person_shows_each_once() -> None:
    dataset = SyntheticFaces(length=70)
    labels = dataset.get_gt_labels()
    assert dataset.metainfo['classes'] == EXPRESSIONS_7
    assert labels.reshape(10, 7).tolist() != np.tile(np.arange(7), (10, 1)).tolist()
    np.testing.assert_array_equal(np.sort(labels.reshape(10, 7), 1), np.tile(np.arange(7), (10, 1)))
    assert [dataset.get_cat_ids(i) for i in range(3)] == [[int(label)] for label in labels[:3]]
    assert dataset[2]['gt_label'] == labels[2]


def test_labels_are_listed_without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SyntheticFaces, 'draw', None)
    dataset = SyntheticFaces(length=10**4, indices=50)
    assert len(ClassBalancedSampler(dataset, seed=0)) == len(dataset.get_gt_labels()) == 50


def test_a_part_keeps_its_drawings() -> None:
    part, whole = SyntheticFaces(size=48, length=20, indices=[7, 12]), SyntheticFaces(size=48, length=20)
    assert part[1]['img_path'] == 'synthetic/train/12'
    np.testing.assert_array_equal(part[1]['img'], whole[12]['img'])


def test_people_of_different_splits_and_seeds_differ() -> None:
    people: dict[tuple[str, int], set[tuple]] = {}
    for split in ('train', 'val', 'test'):
        for seed in (0, 1):
            dataset = SyntheticFaces(split=split, seed=seed, length=1)
            people[split, seed] = {dataset.person(i).skin for i in range(0, 350, 7)}
    assert len(set.union(*people.values())) == sum(map(len, people.values())) == 300


def test_landmarks_lie_where_the_parsing_map_says() -> None:
    places = {
        'right_brow': slice(18, 21), 'left_brow': slice(23, 26), 'nose': slice(27, 36), 'right_eye': slice(36, 42),
        'left_eye': slice(42, 48), 'upper_lip': slice(49, 54), 'lower_lip': slice(55, 60),
    }  # fmt: skip
    hits: dict[str, list[bool]] = {name: [] for name in places}
    for item in items(28, size=112, num_classes=7):
        points = item['gt_landmarks']
        assert points.min() > 0
        assert points.max() < 1
        for name, rows in places.items():
            near = class_at(item, points[rows])
            visible = ~(near == CLASS['hair']).any(1)
            hits[name] += (near == CLASS[name]).any(1)[visible].tolist()
        for name, rows in (('right_eye', slice(36, 42)), ('left_eye', slice(42, 48))):
            assert CLASS[name] in class_at(item, points[rows].mean(0, keepdims=True))
        chin = set(class_at(item, points[8:9])[0].tolist())
        assert CLASS['face'] in chin
        assert chin & {CLASS['background'], CLASS['hair']}
    assert {name: float(np.mean(found)) for name, found in hits.items()} == pytest.approx(dict.fromkeys(places, 1.0), abs=0.03)


def test_left_and_right_are_the_persons_own() -> None:
    item = items(1)[0]
    columns = np.broadcast_to(np.arange(64), (64, 64))
    assert columns[item['gt_parsing'] == CLASS['left_eye']].mean() > columns[item['gt_parsing'] == CLASS['right_eye']].mean() + 8
    assert item['gt_landmarks'][45, 0] > item['gt_landmarks'][36, 0] + 0.1  # 36: the right eye's outer corner, on the left of the image


@pytest.mark.parametrize('kind', OCCLUDERS)
def test_an_occluder_changes_its_mask_and_nothing_else(kind: str) -> None:
    for clear, occluded in zip(items(6, size=80), items(6, size=80, occlusion=1, occluders=(kind,)), strict=True):
        mask = occluded['gt_occlusion']
        changed = (clear['img'] != occluded['img']).any(-1)
        assert mask.any()
        assert not changed[~mask].any()
        assert changed[mask].mean() > 0.75
        np.testing.assert_array_equal(occluded['gt_parsing'], np.where(mask, CLASS['background'], clear['gt_parsing']))
        np.testing.assert_array_equal(occluded['gt_landmarks'], clear['gt_landmarks'])
        assert not clear['gt_occlusion'].any()


def test_occlusion_is_the_share_of_occluded_faces() -> None:
    dataset = SyntheticFaces(size=48, length=200, occlusion=0.25)
    assert 0.15 < np.mean([dataset[i]['gt_occlusion'].any() for i in range(200)]) < 0.35


def test_another_expression_of_the_same_photograph() -> None:
    dataset = SyntheticFaces(size=112, num_classes=8)
    faces = {name: dataset.draw(40, label)['gt_landmarks'] for label, name in enumerate(dataset.classes)}
    eye = np.abs(faces['neutral'][45] - faces['neutral'][36]).max()

    def opening(points: np.ndarray) -> float:
        return float(points[66, 1] - points[62, 1]) / eye

    def brow_to_eye(points: np.ndarray) -> float:
        return float(points[36:48, 1].mean() - points[[20, 21, 22, 23], 1].mean()) / eye

    def smile(points: np.ndarray) -> np.ndarray:
        return (points[51, 1] - points[[48, 54], 1]) / eye

    assert opening(faces['surprise']) > opening(faces['neutral']) + 0.15
    assert brow_to_eye(faces['surprise']) > brow_to_eye(faces['neutral']) + 0.03 > brow_to_eye(faces['anger']) + 0.06
    assert smile(faces['happiness']).mean() > smile(faces['neutral']).mean() + 0.04
    assert smile(faces['sadness']).mean() < smile(faces['neutral']).mean() - 0.02
    assert np.ptp(smile(faces['contempt'])) > np.ptp(smile(faces['neutral'])) + 0.02


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(split='validation'), "split='validation'"),
        (dict(size=20), 'size=20'),
        (dict(length=0), 'length=0'),
        (dict(num_classes=6), 'num_classes=6'),
        (dict(occlusion=1.5), 'occlusion=1.5'),
        (dict(occluders=('mask', 'scarf')), 'scarf'),
        (dict(occluders=()), 'occluders='),
        (dict(seed=-1), 'seed=-1'),
        (dict(pipeline=[dict(type='RandomFlip', prob=0.5)]), 'FlipFace'),
    ],
)
def test_bad_arguments_are_named(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SyntheticFaces(**options)


def test_what_is_kept_is_drawn_once_and_transforms_cannot_spoil_it() -> None:
    faces = SyntheticFaces(size=48, length=2, keep=True)
    first = faces[1]
    expected = first['img'].copy()
    first['img'][:] = 0
    faces.draw = None
    assert np.array_equal(faces[1]['img'], expected)
    assert faces[1]['sample_idx'] == 1
