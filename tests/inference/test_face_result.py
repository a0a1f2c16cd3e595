import csv
import json
from pathlib import Path

import numpy as np
import pytest

from ofer.inference.face_result import FaceResult, FaceResults, by_image

SHARES = {'anger': 0.25, 'neutral': 0.75}


@pytest.fixture
def face() -> FaceResult:
    return FaceResult(
        'a, "b"\n.jpg', face=0, faces=2, box=np.array([1, 2, 3, 4.25], np.float32), score=0.5, points=np.zeros((5, 2), np.float32),
        landmarks=np.zeros((68, 2), np.float32), label='neutral', probabilities=SHARES, entropy=0.56, occluded_fraction=1 / 3,
        occlusion={'mouth': 0.5}, patch_map=np.eye(2, dtype=np.float32), smoothed={'anger': 0.6, 'neutral': 0.4}, track=7, time=0.5,
    )  # fmt: skip


def test_derived_values(face: FaceResult) -> None:
    assert face.probability == 0.75
    assert face.smoothed_label == 'anger'
    assert FaceResult('x').probability is None
    assert FaceResult('x').smoothed_label is None


def test_rows_are_flat_and_dicts_hold_everything(face: FaceResult) -> None:
    row = face.to_row()
    assert row['bottom'] == 4.25
    assert row['p_neutral'] == 0.75
    assert row['occluded_mouth'] == 0.5
    assert row['occluded_fraction'] == 0.333333
    assert row['left_mouth_corner_y'] == 0
    assert all(value is None or isinstance(value, (str, int, float)) for value in row.values())
    full = json.loads(json.dumps(face.to_dict(), allow_nan=False))
    assert full['patch_map'] == [[1, 0], [0, 1]]
    assert len(full['landmarks']) == 68
    assert full['smoothed'] == {'anger': 0.6, 'neutral': 0.4}


def test_files_hold_the_rows(face: FaceResult, tmp_path: Path) -> None:
    results = FaceResults([FaceResult('first.jpg', status='no face', reason='no face found'), face])
    results.to_csv(tmp_path / 'new' / 'a.csv')
    with (tmp_path / 'new' / 'a.csv').open(newline='') as file:
        rows = list(csv.DictReader(file))
    assert [row['source'] for row in rows] == ['first.jpg', 'a, "b"\n.jpg']
    assert [row['p_neutral'] for row in rows] == ['', '0.75']
    results.to_jsonl(tmp_path / 'a.jsonl')
    lines = (tmp_path / 'a.jsonl').read_text().splitlines()
    assert [json.loads(line)['label'] for line in lines] == [None, 'neutral']
    assert results.to_dataframe()['p_neutral'].tolist()[1] == 0.75


def test_names_that_are_no_text_are_escaped(tmp_path: Path) -> None:
    results = FaceResults([FaceResult('bad\udcff.jpg', status='no face')])
    results.to_csv(tmp_path / 'a.csv')
    results.to_jsonl(tmp_path / 'a.jsonl')
    assert r'bad\udcff.jpg' in (tmp_path / 'a.csv').read_text()
    assert json.loads((tmp_path / 'a.jsonl').read_text())['source'] == 'bad\udcff.jpg'


def test_results_say_how_many_there_are(face: FaceResult) -> None:
    other = face.but(face=1)
    assert repr(FaceResults([face, other, FaceResult('b', status='no face')])) == 'FaceResults: 2 faces in 2 images'
    assert [len(group) for group in by_image([face, other, face.but(frame=1), FaceResult('b')])] == [2, 1, 1]


def test_without_pandas_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__('sys').modules, 'pandas', None)
    with pytest.raises(ImportError, match=r"pip install 'ofer\[table\]'"):
        FaceResults().to_dataframe()
