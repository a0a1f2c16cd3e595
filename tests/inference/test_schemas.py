"""The columns of other tools, as scripts written for them select them."""

import numpy as np
import pytest

from ofer.inference.face_result import FaceResult, FaceResults
from ofer.inference.schemas import find_schema, flat_row

SHARES = {'happiness': 0.7, 'anger': 0.2, 'contempt': 0.1}


@pytest.fixture
def result() -> FaceResult:
    points = np.arange(10, dtype=np.float32).reshape(5, 2)
    landmarks = np.stack([np.arange(68), 100 + np.arange(68)], 1).astype(np.float32)
    return FaceResult(
        'a.jpg', face=0, faces=1, box=np.array([10, 20, 40, 60], np.float32), score=0.9, points=points, landmarks=landmarks,
        label='happiness', probabilities=SHARES, entropy=0.8, occluded_fraction=0.25, occlusion={'mouth': 1.0},
    )  # fmt: skip


def test_pyfeat_columns_have_its_names_order_and_values(result: FaceResult) -> None:
    row = result.to_dict('pyfeat')
    names = list(row)
    assert names[:5] == ['FaceRectX', 'FaceRectY', 'FaceRectWidth', 'FaceRectHeight', 'FaceScore']
    assert [row[name] for name in names[:5]] == [10, 20, 30, 40, 0.9]
    assert names[5 : 5 + 136] == [f'x_{i}' for i in range(68)] + [f'y_{i}' for i in range(68)]
    assert (row['x_67'], row['y_0']) == (67, 100)
    assert [name for name in names if name in SHARES] == ['anger', 'happiness', 'contempt']  # Py-Feat's order, then what it lacks
    assert (row['input'], row['frame']) == ('a.jpg', 0)
    assert 'approx_time' not in row
    assert result.but(time=75.4).to_dict('pyfeat')['approx_time'] == '01:15'


def test_deepface_entry_has_its_keys_and_per_cent(result: FaceResult) -> None:
    entry = result.to_dict('deepface')
    assert entry['emotion'] == pytest.approx({'angry': 20, 'happy': 70, 'contempt': 10})
    assert entry['dominant_emotion'] == 'happy'
    assert entry['region'] == dict(x=10, y=20, w=30, h=40, left_eye=(2, 3), right_eye=(0, 1))
    assert entry['face_confidence'] == 0.9
    flat = flat_row(result, 'deepface')
    assert flat['emotion.happy'] == pytest.approx(70)
    assert flat['region.w'] == 30
    assert not any(isinstance(value, dict) for value in flat.values())


@pytest.mark.parametrize('schema', ['pyfeat', 'deepface', None])
def test_an_input_without_a_face_has_every_fixed_column(result: FaceResult, schema: str | None) -> None:
    none = FaceResult('b.jpg', status='no face', abstain=True, reason='no face found')
    frame = FaceResults([result, none]).to_dataframe(schema)
    assert len(frame) == 2
    assert frame['reason'].tolist()[1] == 'no face found'
    assert frame[{'pyfeat': 'FaceRectX', 'deepface': 'region.x', None: 'left'}[schema]].isna().tolist() == [False, True]


def test_unknown_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema='openface': choose one of pyfeat, deepface"):
        find_schema('openface')
