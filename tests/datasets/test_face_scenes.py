"""The data set of composed scenes, from tiny sources."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.datasets.face_boxes import FaceBox, read_face_boxes, write_face_boxes
from ofer.datasets.face_sources import cutouts, drawn_faces, exchanged, labelled_faces
from ofer.registry import DATASETS
from ofer.synthetic.draws import Draws

POINTS = np.array([[16, 18], [32, 18], [24, 27], [18, 36], [30, 36]], np.float32)
BOX = np.array([5, 0, 43, 47], np.float32)


@pytest.fixture(scope='module')
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six tight crops of 48 pixels, two portraits of 96, a mask and a hand."""
    root = tmp_path_factory.mktemp('sources')
    rng = np.random.default_rng(0)
    for folder, count, size in (('crops', 6, 48), ('portraits', 2, 96)):
        (root / folder).mkdir()
        faces = []
        for i in range(count):
            image = cv2.GaussianBlur(rng.integers(0, 255, (size, size, 3), np.uint8), (0, 0), 2)
            cv2.imwrite(str(root / folder / f'{i}.png'), image)
            shift = (size - 48) / 2
            faces.append(FaceBox(f'{i}.png', BOX + shift, 0.9 - 0.1 * (i == 5) * 3, POINTS + shift))
        write_face_boxes(root / f'{folder}.csv', faces)
    for kind in ('mask', 'hand'):
        (root / 'occluders' / kind).mkdir(parents=True)
        cv2.imwrite(str(root / 'occluders' / kind / 'a.png'), np.full((20, 30, 4), 255, np.uint8))
    return root


def build(root: Path, **kwargs: object) -> object:
    files = {kind: dict(images=str(root / kind), boxes=str(root / f'{kind}.csv')) for kind in ('crops', 'portraits')}
    return DATASETS.build(dict(type='FaceScenes', length=20, size=96, drawn=2, occluders=str(root / 'occluders'), **files, **kwargs))


def test_boxes_come_back_as_written(tmp_path: Path) -> None:
    face = FaceBox('a/b c,1.png', np.array([1.25, -2, 30, 40.5], np.float32), 0.75, POINTS + 0.25)
    write_face_boxes(tmp_path / 'faces.csv', [face, face])
    first, second = read_face_boxes(tmp_path / 'faces.csv')
    assert (first.file, first.score) == (second.file, second.score) == (face.file, face.score)
    np.testing.assert_array_equal(first.box, face.box)
    np.testing.assert_array_equal(first.points, face.points)


def test_bad_files_of_boxes_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='ofer crop'):
        read_face_boxes(tmp_path / 'none.csv')
    write_face_boxes(tmp_path / 'bad.csv', [FaceBox('a.png', BOX, 0.5, POINTS)])
    text = (tmp_path / 'bad.csv').read_text().replace('43.00', 'wide')
    (tmp_path / 'bad.csv').write_text(text)
    with pytest.raises(ValueError, match=r'bad\.csv, line 2'):
        read_face_boxes(tmp_path / 'bad.csv')


def test_sources_are_read_with_their_labels(sources: Path) -> None:
    crops = labelled_faces(str(sources / 'crops'), str(sources / 'crops.csv'))
    assert len(crops) == 5, 'a label of score 0.6 is left out'
    ((grey, face), *_) = labelled_faces(str(sources / 'portraits'), str(sources / 'portraits.csv'), longest=48)
    assert grey.shape == (48, 48)
    np.testing.assert_allclose((face.points + 0.5) * 2 - 0.5, POINTS + 24, atol=1e-4)
    with pytest.raises(ValueError, match='belong together'):
        labelled_faces(str(sources / 'crops'), str(sources / 'crops.csv'), score=0.99)
    masks, objects = cutouts(str(sources / 'occluders'))
    assert [len(masks), len(objects)] == [1, 1]
    with pytest.raises(FileNotFoundError, match='no pictures'):
        cutouts(str(sources / 'none'))


def test_drawn_people_have_their_face_in_the_box() -> None:
    for grey, face in drawn_faces(3, 'train', 0, size=64):
        left, top, right, bottom = face.box
        assert grey.shape == (64, 64)
        assert left < face.points[:, 0].min() < face.points[:, 0].max() < right
        assert top < face.points[:2, 1].min() < face.points[3:, 1].max() < bottom
        assert face.points[0, 0] < face.points[1, 0]


def test_a_face_is_exchanged_at_its_place() -> None:
    portrait = np.full((96, 96), 100, np.float32) + np.random.default_rng(0).normal(0, 5, (96, 96)).astype(np.float32)
    other = np.full((48, 48), 200, np.uint8)
    other[25:30, 22:27] = 20  # a nose
    box = FaceBox('', BOX + 24, 1.0, POINTS + 24)
    result = exchanged(portrait, box, (other, FaceBox('', BOX, 1.0, POINTS)), Draws(0))
    np.testing.assert_array_equal(result[:20], portrait[:20])
    changed = np.abs(result - portrait)
    assert changed[50:53, 47:50].min() > 40 > changed[40:44, 60:64].max(), 'the nose is at the nose'


def test_items(sources: Path) -> None:
    data = build(sources, pipeline=[dict(type='PackScene')])
    assert len(data) == 20
    counts = []
    for i in range(20):
        item = data[i]
        sample = item['data_samples']
        assert item['inputs'].shape == (1, 96, 96)
        assert sample.gt_boxes.shape == (len(sample.gt_ignored), 4)
        assert sample.gt_points.shape == (len(sample.gt_ignored), 5, 2)
        assert sample.img_path == f'scene/train/{i}'
        counts.append(len(sample.gt_ignored))
    assert len(set(counts)) >= 3


def test_scenes_depend_on_seed_split_and_index_alone(sources: Path) -> None:
    one, same, other = build(sources), build(sources), build(sources, seed=1)
    for key in ('img', 'gt_boxes', 'gt_points', 'gt_ignored'):
        np.testing.assert_array_equal(one[7][key], same[7][key])
    assert not np.array_equal(one[7]['img'], other[7]['img'])
    assert not np.array_equal(one[7]['img'], build(sources, split='val')[7]['img'])


def test_drawn_faces_alone_are_enough() -> None:
    data = DATASETS.build(dict(type='FaceScenes', length=6, size=64, drawn=1))
    assert any(len(data[i]['gt_boxes']) for i in range(6))


@pytest.mark.parametrize(('bad', 'message'), [(dict(split='all'), 'split'), (dict(length=0), 'length=0'), (dict(drawn=0), 'no faces')])
def test_bad_arguments(bad: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DATASETS.build(dict(type='FaceScenes') | dict(length=3) | bad)
