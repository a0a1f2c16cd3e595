"""Crops of folders: the layout stays, every image is accounted for, and a stopped run is finished by the next."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.datasets import KDEF, FaceFolder
from ofer.datasets.affectnet import FACE_COLUMNS, AffectNet
from ofer.datasets.face_boxes import FaceBox, read_face_boxes, write_face_boxes
from ofer.faces import stored_aligner
from ofer.faces.crop import CropJob, CropSummary, crop_faces, known_boxes, numbered
from ofer.faces.reading import read_photograph

WHOLE, BOX = dict(type='WholeImage'), dict(type='BoxAligner', size=32, margin=0.0)


def paint(path: Path, value: int = 100, size: tuple[int, int] = (60, 60)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.full((*size, 3), value, np.uint8))


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Two classes of two, one of them damaged."""
    for i, name in enumerate(('happy/a.png', 'happy/b.jpg', 'sad/c.png')):
        paint(tmp_path / 'in' / name, 60 * (i + 1))
    (tmp_path / 'in/sad/bad.png').write_bytes(b'no image')
    (tmp_path / 'in/labels.txt').write_text('kept')
    return tmp_path / 'in'


def run(job: CropJob, workers: int = 0) -> CropSummary:
    return [*crop_faces(job, workers)][-1]


def table(path: Path) -> list[list[str]]:
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.reader(file))


@pytest.mark.parametrize('workers', [0, pytest.param(2, marks=pytest.mark.slow)])
def test_the_layout_stays_and_every_image_is_accounted_for(photographs: Path, tmp_path: Path, workers: int) -> None:
    summary = run(CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, BOX), workers)
    assert (summary.images, summary.faces, dict(summary.skipped)) == (3, 3, {'unreadable': 1})
    assert str(summary) == '3 faces of 3 images; skipped: 1 (unreadable 1)'
    for name, value in (('happy/a.png', 60), ('happy/b.jpg', 120), ('sad/c.png', 180)):
        crop = cv2.imread(str(tmp_path / 'out' / name))
        assert crop.shape == (32, 32, 3)
        assert abs(int(crop.mean()) - value) <= 2
    (_, skipped) = table(tmp_path / 'out/skipped.csv')
    assert skipped[:2] == ['sad/bad.png', 'unreadable']
    assert 'bad.png: damaged or no image' in skipped[2]
    assert [face.file for face in read_face_boxes(tmp_path / 'out/faces.csv')] == ['happy/a.png', 'happy/b.jpg', 'sad/c.png']
    assert (tmp_path / 'out/labels.txt').read_text() == 'kept'


def test_a_training_on_crops_knows_how_they_were_cut(photographs: Path, tmp_path: Path) -> None:
    run(CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, BOX))
    metainfo = FaceFolder(str(tmp_path / 'out')).metainfo
    assert stored_aligner({'dataset_meta': metainfo}) == BOX | {'shift': [0.0, 0.0]}
    (tmp_path / 'out/crops.json').write_text('{"aligner": null}')  # a table of faces: the images are not crops of it
    assert 'aligner' not in FaceFolder(str(tmp_path / 'out')).metainfo
    (tmp_path / 'out/crops.json').write_text('{}')
    with pytest.raises(ValueError, match=r'crops\.json: states no aligner'):
        FaceFolder(str(tmp_path / 'out'))
    (tmp_path / 'out/crops.json').write_text('{')
    with pytest.raises(ValueError, match=r'crops\.json: damaged'):
        FaceFolder(str(tmp_path / 'out'))


def test_a_stopped_run_is_finished_without_a_lost_or_doubled_face(photographs: Path, tmp_path: Path) -> None:
    job = CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, BOX)
    steps = crop_faces(job)
    for _ in range(3):  # what was there, two photographs
        next(steps)
    steps.close()
    assert len(table(tmp_path / 'out/faces.csv')) == 3
    with open(tmp_path / 'out/faces.csv', 'a') as file:
        file.write('sad/c.png,1.0')  # killed while it wrote
    summary = run(job)
    assert (summary.faces, summary.skipped['unreadable']) == (3, 1)
    assert [row[0] for row in table(tmp_path / 'out/faces.csv')[1:]] == ['happy/a.png', 'happy/b.jpg', 'sad/c.png']
    assert str(run(job)) == str(summary)


def test_a_run_killed_at_any_byte_of_a_row_of_faces_is_finished(tmp_path: Path) -> None:
    """Three faces an image; whatever of the table was on disk when the run was killed, the next one makes the same table and crops."""
    boxes = {}
    for name in ('a.png', 'b.png'):
        paint(tmp_path / 'in' / name)
        faces = [np.array([4 + 20 * i, 4, 20 + 20 * i, 20], np.float32) for i in range(3)]
        boxes[name] = [FaceBox(name, box, 0.5, np.ones((5, 2), np.float32)) for box in faces]
    job = CropJob(str(tmp_path / 'in'), str(tmp_path / 'out'), WHOLE, BOX, 'all', boxes=boxes)
    assert str(run(job)) == '6 faces of 2 images; skipped: 0'
    whole = (tmp_path / 'out/faces.csv').read_bytes()
    assert len(table(tmp_path / 'out/faces.csv')) == 7
    for end in range(0, len(whole) + 1, 7):
        (tmp_path / 'out/faces.csv').write_bytes(whole[:end])
        (tmp_path / 'out/b_2.png').unlink()
        assert str(run(job)) == '6 faces of 2 images; skipped: 0', whole[:end]
        assert (tmp_path / 'out/faces.csv').read_bytes() == whole
        assert (tmp_path / 'out/b_2.png').is_file()
    assert not list((tmp_path / 'out').glob('.part*'))


def test_crops_of_other_settings_are_not_mixed(photographs: Path, tmp_path: Path) -> None:
    run(CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, BOX))
    with pytest.raises(ValueError, match='other settings'):
        run(CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, dict(type='ArcFaceAligner')))
    with pytest.raises(ValueError, match='one folder'):
        run(CropJob(str(photographs), str(photographs), WHOLE, BOX))
    with pytest.raises(ValueError, match='keep='):
        run(CropJob(str(photographs), str(tmp_path / 'other'), WHOLE, BOX, keep='some'))
    with pytest.raises(ValueError, match='min_size=nan'):
        run(CropJob(str(photographs), str(tmp_path / 'other'), WHOLE, BOX, min_size=float('nan')))
    (tmp_path / 'empty').mkdir()
    with pytest.raises(ValueError, match='no images'):
        run(CropJob(str(tmp_path / 'empty'), str(tmp_path / 'other'), WHOLE, BOX))


def known(root: Path) -> dict[str, list[FaceBox]]:
    """Two faces in a.png, a small one in c.png."""
    points = np.array([[3, 4], [7, 4], [5, 6], [4, 8], [6, 8]], np.float32)
    faces = [
        FaceBox('happy/a.png', np.array([0, 0, 20, 20], np.float32), 0.9, points),
        FaceBox('happy/a.png', np.array([20, 20, 60, 60], np.float32), 0.8, points),
        FaceBox('sad/c.png', np.array([0, 0, 8, 9], np.float32), 0.8, points),
    ]
    write_face_boxes(root / 'known.csv', faces)
    return known_boxes(str(root), root / 'known.csv')


def test_known_faces_are_used_the_largest_or_all(photographs: Path, tmp_path: Path) -> None:
    paint(photographs / 'happy/a.png', 0)
    image = np.zeros((60, 60, 3), np.uint8)
    image[20:, 20:] = 250
    cv2.imwrite(str(photographs / 'happy/a.png'), image)
    boxes = known(tmp_path)
    largest = CropJob(str(photographs), str(tmp_path / 'largest'), WHOLE, BOX, min_size=10, boxes=boxes)
    assert run(largest).skipped == {'unreadable': 1, 'face too small': 1}
    assert cv2.imread(str(tmp_path / 'largest/happy/a.png'))[2:, 2:].min() == 250
    assert 'face too small: 8 of at least 10 pixels' in (tmp_path / 'largest/skipped.csv').read_text()
    run(CropJob(str(photographs), str(tmp_path / 'all'), WHOLE, BOX, keep='all', boxes=boxes))
    assert [cv2.imread(str(tmp_path / f'all/happy/a_{i}.png'))[8, 8, 0] for i in (0, 1)] == [0, 250]
    assert numbered('a.b/c.d.png', 3) == 'a.b/c.d_3.png'


def test_boxes_alone(photographs: Path, tmp_path: Path) -> None:
    job = CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, None)
    assert run(job).faces == 3
    assert sorted(path.name for path in (tmp_path / 'out').rglob('*')) == ['crops.json', 'faces.csv', 'skipped.csv']
    for other in (dict(aligner=BOX), dict(keep='all')):
        with pytest.raises(ValueError, match='other settings'):
            run(replace(job, **other))
    crops = replace(job, out=str(tmp_path / 'crops'), aligner=BOX)
    run(crops)
    with pytest.raises(ValueError, match=r"other settings: \{'aligner': \{.* instead of \{'aligner': None\}"):
        run(replace(crops, aligner=None))


def test_affectnet_is_cropped_by_its_own_boxes_and_read_again(tmp_path: Path) -> None:
    root = tmp_path / 'affectnet'
    lists = root / 'Manually_Annotated_file_lists'
    lists.mkdir(parents=True)
    rows = []
    for i, expression in enumerate((0, 1, 2)):
        paint(root / f'Manually_Annotated_Images/{i}/{i}.jpg', 20)
        marks = ';'.join(f'{20 + j % 17};{25 + j % 13}' for j in range(68))
        rows.append([f'{i}/{i}.jpg', '10', '15', '30', '30', marks, str(expression)])
    rows[2][1:6] = ['NULL'] * 5
    for name in ('training', 'validation'):
        with open(lists / f'{name}.csv', 'w', newline='') as file:
            csv.writer(file).writerows(
                [['subDirectory_filePath', *FACE_COLUMNS, 'expression'], *(rows if name == 'training' else rows[:1])]
            )
    boxes = known_boxes(str(root))
    assert sorted(boxes) == ['0/0.jpg', '1/1.jpg']
    np.testing.assert_array_equal(boxes['1/1.jpg'][0].box, [10, 15, 40, 45])
    summary = run(CropJob(str(root), str(tmp_path / 'crops'), WHOLE, dict(type='BoxAligner', size=30, margin=0.0), boxes=boxes))
    assert summary.faces == 3
    faces = read_face_boxes(tmp_path / 'crops/faces.csv')
    assert [face.box.tolist() for face in faces] == [[10, 15, 40, 45], [10, 15, 40, 45], [-0.5, -0.5, 59.5, 59.5]]
    data = AffectNet(str(tmp_path / 'crops'), split='train')
    assert len(data) == 3
    assert data.metainfo['aligner']['type'] == 'BoxAligner'


def test_a_bad_line_of_affectnet_is_named(tmp_path: Path) -> None:
    path = tmp_path / 'training.csv'
    path.write_text(','.join(['subDirectory_filePath', *FACE_COLUMNS]) + '\n1/1.jpg,1,2,3,four,0\n')
    with pytest.raises(ValueError, match=r'training\.csv, line 2'):
        known_boxes(str(tmp_path), path)


def test_kdef_is_read_from_its_crops(tmp_path: Path) -> None:
    for person in ('AF01', 'AM02'):
        for expression in ('AFS', 'HAS', 'NES'):
            paint(tmp_path / f'KDEF/{person}/{person}{expression}.JPG', size=(76, 56))
    run(CropJob(str(tmp_path / 'KDEF'), str(tmp_path / 'crops'), WHOLE, BOX))
    data = KDEF(str(tmp_path / 'crops'), split=None)
    assert len(data) == 6
    record = json.loads((tmp_path / 'crops/crops.json').read_text())
    assert data.metainfo['aligner'] == record['aligner']


def test_formats_that_cannot_be_written_are_cropped_as_png(tmp_path: Path) -> None:
    (tmp_path / 'in').mkdir()
    names = ['a.gif', 'a.jfif', 'a.jp2', 'a.pbm', 'a.pgm', 'a.png', 'a.tga']
    content = cv2.imencode('.png', np.full((60, 60, 3), 90, np.uint8))[1].tobytes()  # read whatever its name is
    for name in names:
        (tmp_path / 'in' / name).write_bytes(content)
    assert run(CropJob(str(tmp_path / 'in'), str(tmp_path / 'out'), WHOLE, BOX)).images == len(names)
    crops = sorted(path.name for path in (tmp_path / 'out').glob('a.*'))
    assert crops == ['a.gif', 'a.jfif', 'a.jp2.png', 'a.pbm.png', 'a.pgm', 'a.png', 'a.tga.png']
    for name in crops:
        assert abs(int(read_photograph(tmp_path / 'out' / name)[0].mean()) - 90) <= 2
    assert (tmp_path / 'out/a.jfif').read_bytes().startswith(b'\xff\xd8')


def test_a_link_to_no_file_is_skipped(photographs: Path, tmp_path: Path) -> None:
    (photographs / 'happy/link.png').symlink_to(tmp_path / 'gone.png')
    assert run(CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, BOX)).skipped == {'unreadable': 2}
    assert ['happy/link.png', 'unreadable'] in [row[:2] for row in table(tmp_path / 'out/skipped.csv')]
    assert 'annotation' not in (tmp_path / 'out/skipped.csv').read_text()


@pytest.mark.parametrize('keep', ['largest', 'all'])
def test_names_that_are_not_utf_8(tmp_path: Path, keep: str) -> None:
    (tmp_path / 'in').mkdir()
    paint(tmp_path / 'good.png')
    for name in (b'bad\xff.png', b'worse\xfe.png'):
        (tmp_path / 'in' / os.fsdecode(name)).write_bytes((tmp_path / 'good.png').read_bytes())
    (tmp_path / 'in' / os.fsdecode(b'empty\xff.png')).touch()
    job = CropJob(str(tmp_path / 'in'), str(tmp_path / 'out'), WHOLE, BOX, keep)
    for _ in range(2):  # once more: nothing is doubled
        assert str(run(job)) == '2 faces of 2 images; skipped: 1 (unreadable 1)'
    assert len([path for path in (tmp_path / 'out').iterdir() if path.suffix == '.png']) == 2


@pytest.mark.parametrize('other', [dict(detector=dict(type='YuNetDetector')), dict(min_size=10), dict(boxes=True), dict(keep='all')])
def test_each_setting_of_the_crops_is_compared(photographs: Path, tmp_path: Path, other: dict) -> None:
    job = CropJob(str(photographs), str(tmp_path / 'out'), WHOLE, BOX)
    run(job)
    (name,) = other
    boxes = known(tmp_path)
    changed = replace(job, **({'boxes': boxes} if name == 'boxes' else other))
    with pytest.raises(ValueError, match=rf"other settings: \{{'{name}': .* instead of \{{'{name}'"):
        run(changed)
    if name == 'boxes':
        job = replace(changed, out=str(tmp_path / 'by boxes'))
        run(job)
        with pytest.raises(ValueError, match='other settings'):
            run(replace(job, boxes={'sad/c.png': boxes['sad/c.png']}))
