"""The way from inputs to results: order, batches, memory, tracks, and what the numbers are."""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel

import ofer
from ofer.apis.inferencer import FERInferencer
from ofer.apis.recognisers import load_recogniser
from ofer.categories import EXPRESSIONS_7
from ofer.engine.config import read_config
from ofer.faces import DetectedFace
from ofer.inference.abstention import Limits
from ofer.shipped import find_config
from ofer.structures import FaceSample

from .conftest import CLASSES, META, TINY, SquareDetector, squares

Save = Callable[[Path, np.ndarray], Path]


def test_results_are_in_order_with_one_row_an_input_at_least(inferencer: FERInferencer) -> None:
    counts = [2, 0, 1, 3, 0, 0, 1, 2, 3, 1, 0, 2]
    results = inferencer([squares(count) for count in counts], color='rgb')
    assert [(r.source, r.face) for r in results] == [
        (f'array {i}', face) for i, count in enumerate(counts) for face in (range(count) if count else [None])
    ]
    assert [r.faces for r in results if r.face in (None, 0)] == counts
    assert {r.status for r in results if r.face is None} == {'no face'}
    assert repr(results) == 'FaceResults: 15 faces in 12 images'


def test_faces_are_batched_across_images(inferencer: FERInferencer, detector: SquareDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    recogniser = inferencer.answering.recogniser
    monkeypatch.setattr(inferencer.answering, 'recogniser', Counting(recogniser, sizes))
    inferencer([squares(1) for _ in range(22)], color='rgb')
    assert sizes == [4, 4, 4, 4, 4, 2]
    assert detector.calls == [8, 8, 6]


class Counting:
    """A recogniser that notes how many crops it is given."""

    def __init__(self, recogniser: object, sizes: list[int]) -> None:
        self._recogniser, self._sizes = recogniser, sizes

    def __getattr__(self, name: str) -> object:
        return getattr(self._recogniser, name)

    def __call__(self, crops: Sequence[np.ndarray]) -> object:
        self._sizes.append(len(crops))
        return self._recogniser(crops)


def test_probabilities_are_those_of_the_model_at_its_temperature(inferencer: FERInferencer, tiny_model: BaseModel) -> None:
    inferencer.answering.keep_crops = True
    (result,) = inferencer(squares(1), color='rgb')
    crop = torch.from_numpy(result.crop.copy()).permute(2, 0, 1)[None]
    logits = tiny_model(tiny_model.data_preprocessor({'inputs': crop})['inputs'], mode='tensor').detach().double()
    expected = (logits / META['temperature']).softmax(1)[0].numpy()
    np.testing.assert_allclose(list(result.probabilities.values()), expected, atol=1e-6)
    assert tuple(result.probabilities) == CLASSES
    assert result.label == CLASSES[int(expected.argmax())]
    assert result.entropy == pytest.approx(-(expected * np.log(expected)).sum(), abs=1e-6)
    np.testing.assert_allclose(result.box, [4, 20, 28, 44])
    np.testing.assert_allclose(result.corners, [[3.5, 19.5], [27.5, 19.5], [27.5, 43.5], [3.5, 43.5]], atol=1)


def test_batch_size_and_company_do_not_change_answers(tiny_model: BaseModel) -> None:
    images = [squares(i % 4, offset=i) for i in range(9)]
    answers = [
        FERInferencer(tiny_model, device='cpu', detector=SquareDetector(), landmarks=None, batch_size=size)(images, color='rgb')
        for size in (1, 5, 64)
    ]
    for one, other in zip(answers[0], answers[1], strict=True):
        assert one.to_row() == pytest.approx(other.to_row(), abs=1e-4, nan_ok=True) or one.status != 'face'
    assert [r.label for r in answers[0]] == [r.label for r in answers[2]]


def test_stream_is_lazy_and_holds_few_pictures(inferencer: FERInferencer) -> None:
    read = 0

    def images() -> Iterator[np.ndarray]:
        nonlocal read
        for _ in range(160):
            read += 1
            yield squares(1, size=256)

    stream = inferencer.stream(images(), color='rgb')
    next(stream)
    assert read <= 16
    tracemalloc.start()
    peaks = []
    for i, _ in enumerate(stream):
        if i % 50 == 25:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
    tracemalloc.stop()
    assert read == 160
    assert peaks[-1] < peaks[0] + 1_000_000  # an image has 0.2 MB: hundreds would show


def test_a_failing_image_does_not_keep_the_others_from_being_answered(tiny_model: BaseModel) -> None:
    class Touchy(SquareDetector):
        def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
            if any(len(image) == 97 for image in images):
                raise RuntimeError('cannot take this one')
            return super().__call__(images)

    inferencer = FERInferencer(tiny_model, device='cpu', detector=Touchy(), landmarks=None)
    results = inferencer([squares(1), squares(2, size=97), squares(1)], color='rgb')
    assert [r.status for r in results] == ['face', 'unreadable', 'face']
    assert results[1].reason == 'detection failed: cannot take this one'


def test_a_face_that_cannot_be_aligned_has_a_reason(tiny_model: BaseModel) -> None:
    def coinciding(images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        return [[DetectedFace(np.array([0, 0, 9, 9]), 0.9, np.ones((5, 2)))] for _ in images]

    aligner = dict(type='ArcFaceAligner', size=32)
    with pytest.warns(UserWarning, match='was trained on crops of'):
        inferencer = FERInferencer(tiny_model, device='cpu', detector=coinciding, landmarks=None, aligner=aligner)
    (result,) = inferencer(squares(1), color='rgb')
    assert (result.status, result.label, result.abstain) == ('face', None, True)
    assert 'cannot be aligned' in str(result.reason)


class WithMap(BaseModel):
    """Says that the lower half of every face is occluded."""

    classes = ('anger', 'neutral')

    def forward(self, inputs: torch.Tensor, data_samples: object = None, mode: str = 'tensor') -> list[FaceSample]:
        samples = []
        for _ in inputs:
            sample = FaceSample()
            sample.set_pred_score(torch.tensor([0.1, 0.9]))
            sample.occlusion_score = torch.tensor([[0.0, 0.0], [1.0, 0.9]])
            samples.append(sample)
        return samples


def test_occlusion_of_the_face_and_its_regions() -> None:
    def landmarks(images: Sequence[np.ndarray], faces: Sequence[DetectedFace]) -> list[np.ndarray]:
        from ofer.datasets import SyntheticFaces

        own = SyntheticFaces(length=1, size=64)[0]['gt_landmarks']
        return [(own * (face.width, face.height) + face.box[:2]).astype(np.float32) for face in faces]

    inferencer = FERInferencer(
        WithMap(), device='cpu', detector=SquareDetector(), landmarks=landmarks, aligner=dict(type='BoxAligner', size=32, margin=0.0),
        limits=Limits(occluded=0.2),
    )  # fmt: skip
    (result,) = inferencer(squares(1), color='rgb')
    np.testing.assert_allclose(result.patch_map, [[0, 0], [1, 0.9]], rtol=1e-6)
    assert result.occlusion['mouth'] > 0.9
    assert result.occlusion['brows'] == 0
    assert 0.2 < result.occluded_fraction < 0.8
    assert result.abstain
    assert str(result.reason).startswith('occluded')
    np.testing.assert_allclose(result.landmarks.mean(0), [16, 35], atol=6)  # in the image, not in the crop
    assert 'mouth' in result.occluded_regions
    assert not {'eyes', 'brows'} & set(result.occluded_regions)
    assert result.to_row()['occluded_regions'] == ';'.join(result.occluded_regions)

    inferencer.answering.recogniser.occlusion_thresholds = dict(mouth=1.0, brows=0.0)  # as stored with the weights
    (result,) = inferencer(squares(1), color='rgb')
    assert 'brows' in result.occluded_regions
    assert 'mouth' not in result.occluded_regions


def test_a_model_of_other_data_is_refused(tiny_model: BaseModel) -> None:
    from ofer.inference.recogniser import Recogniser

    with pytest.raises(ValueError, match='its pipeline has PackSpectrum; expected LoadFace'):
        Recogniser(tiny_model, CLASSES, pipeline=[dict(type='PackSpectrum', group=3)])


@pytest.mark.parametrize('wrong', [dict(chin=0.5), dict(mouth=1.5)])
def test_wrong_thresholds_are_named(tiny_model: BaseModel, wrong: dict) -> None:
    from ofer.inference.recogniser import Recogniser

    assert Recogniser(tiny_model, CLASSES, dict(occlusion_thresholds=dict(mouth=0.3))).occlusion_thresholds == dict(mouth=0.3)
    with pytest.raises(ValueError, match=f'occlusion_thresholds=.*{next(iter(wrong))}'):
        Recogniser(tiny_model, CLASSES, dict(occlusion_thresholds=wrong))


@pytest.mark.parametrize(('steps', 'size'), [([], 64), ([dict(type='Resize', scale=80)], 80)])
def test_a_face_gets_the_size_that_the_model_was_trained_on(tmp_path: Path, steps: list, size: int) -> None:
    """Neither the checkpoint nor the pipeline says it, but the data set does: drawn faces of 64 pixels have no aligner."""
    config = read_config(find_config('demo_resnet18'))
    config.test_dataloader.dataset.pipeline[1:1] = steps
    model = ofer.get_model(config)
    torch.save(dict(meta=dict(dataset_meta=dict(classes=EXPRESSIONS_7)), state_dict=model.state_dict()), tmp_path / 'weights.pth')
    assert load_recogniser(config, tmp_path / 'weights.pth').aligner.describe() == dict(type='ArcFaceAligner', size=size)


def test_tracks_and_smoothing_through_a_video(inferencer: FERInferencer, tmp_path: Path) -> None:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    with VideoWriter(tmp_path / 'clip.mp4') as writer:
        for i in range(12):
            writer.write(squares(0 if i == 5 else 2, offset=i), i / 10)
    results = inferencer(tmp_path / 'clip.mp4')
    assert [r.frame for r in results if r.face in (0, None)] == list(range(12))
    assert {r.track for r in results if r.face == 0} == {0}
    assert {r.track for r in results if r.face == 1} == {1}
    last = results[-1]
    assert sum(last.smoothed.values()) == pytest.approx(1)
    assert last.time == pytest.approx(1.1, abs=1e-3)
    assert all(r.track is None for r in inferencer(tmp_path / 'clip.mp4', track=False))
    assert [r.frame for r in inferencer(tmp_path / 'clip.mp4', every=5) if r.face in (0, None)] == [0, 5, 10]


def test_live_pictures_do_not_wait(inferencer: FERInferencer, monkeypatch: pytest.MonkeyPatch) -> None:
    from ofer.inference.sources import Picture, inputs

    given = 0

    def camera(*args: object) -> Iterator[Picture]:
        nonlocal given
        for i in range(10):
            given += 1
            yield Picture('webcam:0', squares(1), i, i / 10, live=True)

    monkeypatch.setattr(inputs, 'camera_pictures', camera)
    stream = inferencer.stream('webcam:0')
    for i in range(10):
        assert next(stream).frame == i
        assert given == i + 1


def test_an_array_with_colour_needs_its_order(inferencer: FERInferencer) -> None:
    with pytest.raises(ValueError, match="color='rgb' or color='bgr'"):
        inferencer(squares(1))
    grey, colour = inferencer([squares(1)[..., 0], squares(1)])
    assert (grey.status, colour.status) == ('face', 'unreadable')  # among others it is a row


def test_whole_images_without_a_detector(tiny_model: BaseModel) -> None:
    inferencer = FERInferencer(tiny_model, device='cpu', detector=None, landmarks=None)
    (result,) = inferencer(squares(0), color='rgb')
    assert result.face == 0
    np.testing.assert_allclose(result.box, [-0.5, -0.5, 95.5, 95.5], atol=0.51)


def test_a_checkpoint_that_states_its_model(tiny_weights: Path, detector: SquareDetector) -> None:
    one = FERInferencer(weights=tiny_weights, device='cpu', detector=detector, landmarks=None)
    assert one.classes == CLASSES
    (result,) = one(squares(1), color='rgb')
    assert result.label in CLASSES


def test_crops_on_request(tiny_model: BaseModel, detector: SquareDetector) -> None:
    (result,) = FERInferencer(tiny_model, device='cpu', detector=detector, landmarks=None, crops=True)(squares(1), color='rgb')
    assert result.crop.shape == (32, 32, 3)
    assert 'crop' not in result.to_dict()


def test_parsing_on_request() -> None:
    class Parsing(WithMap):
        def explain(self, inputs: torch.Tensor) -> dict[str, torch.Tensor]:
            return dict(parsing=torch.full((len(inputs), 4, 4), 6))

    options = dict(device='cpu', detector=SquareDetector(), landmarks=None, aligner=dict(type='BoxAligner', size=32))
    (plain,) = FERInferencer(Parsing(), **options)(squares(1), color='rgb')
    assert plain.attention is plain.parsing is plain.crop is None
    (result,) = FERInferencer(Parsing(), explain=True, **options)(squares(1), color='rgb')
    assert result.parsing.tolist() == [[6] * 4] * 4
    assert result.crop.shape == (32, 32, 3)
    assert result.attention is None  # this model has no backbone


class Places(BaseModel):
    """Class 0 by the brightness of the left half, class 1 by that of the right half, through a backbone that halves the image."""

    classes = ('left', 'right')

    def __init__(self) -> None:
        super().__init__(data_preprocessor=dict(type='ImgDataPreprocessor', mean=[0.0] * 3, std=[255.0] * 3))
        self.backbone = torch.nn.AvgPool2d(2)

    def forward(self, inputs: torch.Tensor, data_samples: object = None, mode: str = 'tensor') -> object:
        left, right = self.backbone(inputs).mean(1).chunk(2, dim=2)
        logits = torch.stack([left.mean((1, 2)), right.mean((1, 2))], 1)
        if mode == 'tensor':
            return logits
        return [FaceSample().set_pred_score(score) for score in logits.softmax(1)]


def test_attention_is_the_grad_cam_of_the_label() -> None:
    """A class has the same gradient at every place of the map on average, so that the attention is the brightness."""
    image = squares(2)
    image[20:44, 34:38] = 100  # the left quarter of the second square, so that the right half is the brighter one
    options = dict(device='cpu', detector=None, landmarks=None, aligner=dict(type='BoxAligner', size=32, margin=0.0))
    assert FERInferencer(Places(), **options)(image, color='rgb')[0].attention is None
    (result,) = FERInferencer(Places(), explain=True, **options)(image, color='rgb')
    assert result.attention.shape == (16, 16)
    assert result.attention.max() == 1
    expected = result.crop.astype(float).mean(2).reshape(16, 2, 16, 2).mean((1, 3))
    np.testing.assert_allclose(result.attention, expected / expected.max(), atol=1e-5)


def test_attention_does_not_change_the_answers(tiny_model: BaseModel) -> None:
    options = dict(device='cpu', detector=SquareDetector(), landmarks=None)
    (plain,), (explained,) = (FERInferencer(tiny_model, explain=explain, **options)(squares(1), color='rgb') for explain in (False, True))
    assert plain.attention is None
    assert explained.attention.ndim == 2
    assert 0 <= explained.attention.min() <= explained.attention.max() <= 1
    assert explained.probabilities == plain.probabilities
    assert all(parameter.grad is None for parameter in tiny_model.parameters())
    assert 'attention' not in explained.to_dict()


@pytest.mark.parametrize(
    ('options', 'words'),
    [
        (dict(backend='tflite'), "backend='tflite'"),
        (dict(batch_size=0), 'batch_size=0'),
        (dict(device='quantum'), "device='quantum'"),
        (dict(detector='haar'), "detector='haar'"),
        (dict(landmarks=3), 'landmarks=3'),
        (dict(aligner=dict(type='Nobody')), 'Nobody'),
    ],
)
def test_bad_arguments_are_named(tiny_model: BaseModel, options: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FERInferencer(tiny_model, **{'device': 'cpu', 'detector': SquareDetector(), 'landmarks': None, **options})


def test_random_weights_are_refused() -> None:
    with pytest.raises(ValueError, match='give its weights'):
        FERInferencer(Config(dict(model=TINY)), device='cpu', detector=None, landmarks=None)


def test_the_inferencer_is_a_name_of_the_package() -> None:
    assert ofer.FERInferencer is FERInferencer
