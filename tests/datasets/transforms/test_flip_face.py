import numpy as np

from ofer.categories import LANDMARK_MIRROR, PARSING_CLASSES
from ofer.datasets.transforms.flip_face import FlipFace, mirror_landmarks
from ofer.registry import TRANSFORMS


def test_the_order_is_a_mirror_and_pairs_the_right_points():
    assert sorted(LANDMARK_MIRROR) == list(range(68))
    assert [LANDMARK_MIRROR[index] for index in LANDMARK_MIRROR] == list(range(68))
    # corners of the jaw, outer brows, outer and inner eye corners, an upper lid, nostrils, mouth corners outside and inside
    for left, right in ((0, 16), (17, 26), (36, 45), (39, 42), (37, 44), (41, 46), (31, 35), (48, 54), (60, 64), (59, 55), (67, 65)):
        assert LANDMARK_MIRROR[left] == right
    np.testing.assert_array_equal(np.flatnonzero(np.arange(68) == np.array(LANDMARK_MIRROR)), [8, 27, 28, 29, 30, 33, 51, 57, 62, 66])


def test_a_real_face_stays_a_face(shared):
    # hand-placed points of a frontal portrait: mirrored and brought to the same centre they lie close to where they were
    points = (shared / 'data/faces/annotated/takeo.pts').read_text()
    rows = [line.split() for line in points.split('{')[1].split('}')[0].strip().split('\n')]
    landmarks = np.array(rows, dtype=float)
    landmarks /= landmarks.max() * 1.2
    mirrored = mirror_landmarks(landmarks)
    moved = np.linalg.norm((mirrored - mirrored.mean(0)) - (landmarks - landmarks.mean(0)), axis=1).mean()
    unpaired = landmarks * [-1, 1]
    assert moved < 0.5 * np.linalg.norm((unpaired - unpaired.mean(0)) - (landmarks - landmarks.mean(0)), axis=1).mean()


def test_everything_is_flipped_together():
    left, right = PARSING_CLASSES.index('left_eye'), PARSING_CLASSES.index('right_eye')
    img = np.zeros((4, 6, 3), dtype=np.uint8)
    img[1, 0] = 255
    parsing = np.zeros((4, 6), dtype=np.uint8)
    parsing[1, 0], parsing[2, 0] = right, PARSING_CLASSES.index('nose')
    occlusion = np.zeros((4, 6), dtype=bool)
    occlusion[3, 5] = True
    landmarks = np.zeros((68, 2), dtype=np.float32)
    landmarks[36] = 0.1, 0.4
    given = {'img': img, 'gt_image': img[::-1], 'gt_parsing': parsing, 'gt_occlusion': occlusion, 'gt_landmarks': landmarks}
    flipped = TRANSFORMS.build({'type': 'FlipFace', 'prob': 1.0})(dict(given))
    assert flipped['img'][1, 5, 0] == 255
    assert flipped['gt_image'][2, 5, 0] == 255
    assert flipped['gt_parsing'][1, 5] == left
    assert flipped['gt_parsing'][2, 5] == PARSING_CLASSES.index('nose')
    assert flipped['gt_occlusion'][3, 0]
    np.testing.assert_allclose(flipped['gt_landmarks'][45], [0.9, 0.4], rtol=1e-6)
    back = FlipFace(1.0)(dict(flipped))
    for key, value in given.items():
        np.testing.assert_allclose(back[key], value, atol=1e-6)
    assert FlipFace(0.0)(dict(given))['img'] is img
