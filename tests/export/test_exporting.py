"""Networks as files: the same outputs for batches of any size, what the file states, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

from ofer import __version__
from ofer.apis.example_inputs import example_inputs
from ofer.apis.exports import export_model
from ofer.cli.main import parse
from ofer.export.checking import DisagreementError, labelled_faces, largest_difference
from ofer.export.exporting import Task, export_task
from ofer.export.graphs import ClassifierGraph, Graph, InpainterGraph, Input, OcclusionGraph
from ofer.faces import DetectedFace, LandmarkFinder, SmallFaceDetector
from ofer.inference.exported import ExportedRecogniser
from ofer.inference.recogniser import Recogniser
from ofer.registry import MODELS
from ofer.runtimes import CLASSIFIER, INPAINTER, OCCLUSION_DETECTOR, Description, open_network
from ofer.runtimes.seal import BLANK, MARK, check_seal, seal
from ofer.weights import shipped_file

pytest.importorskip('onnx', reason='exporting needs onnx')
pytest.importorskip('onnxruntime', reason='running exported files needs onnxruntime')

CLASSES = ('anger', 'happiness', 'neutral')
PIXELS = dict(type='ClsDataPreprocessor', mean=[120.0] * 3, std=[60.0] * 3, to_rgb=False)
VIT: dict[str, Any] = dict(type='MaskedViT', img_size=32, patch_size=8, embed_dims=16, depth=1, num_heads=2)
MAE = dict(
    type='MaskedAutoencoder',
    data_preprocessor=PIXELS,
    encoder=VIT,
    decoder=dict(type='MaskedViTDecoder', grid=4, patch_size=8, in_dims=16, embed_dims=16, depth=1, num_heads=2),
    loss=dict(type='MaskedPatchLoss'),
)
INPAINT = dict(
    type='HybridInpainter',
    data_preprocessor=PIXELS,
    coarse=MAE,
    patch_size=8,
    generator=dict(type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=4, max_channels=8, num_levels=3, assembly_level=2),
)
DETECTOR = dict(
    type='OcclusionDetector',
    data_preprocessor=PIXELS,
    encoder=dict(type='ConvStemViT', img_size=32, widths=(4, 4, 4), embed_dims=16, depth=1, num_heads=2),
    detector=dict(type='ViTSVDD', in_channels=16, hidden=(8,)),
    size=32,
)
RESNET = dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4)
LATENT = dict(
    type='LatentFER',
    data_preprocessor=PIXELS,
    backbone=RESNET,
    neck=dict(type='CrossAttentionHeads', channels=32, num_heads=2),
    encoder=dict(type='LatentPrior', network=VIT, input_format=dict(size=32)),
    embed=dict(type='LatentMLP', in_dims=16, grid=4, place_dims=4, out_channels=8),
    head=dict(type='LinearClsHead', in_channels=40, num_classes=3),
)
ORSANET: dict[str, Any] = dict(
    type='ORSANet',
    data_preprocessor=dict(type='FacePreprocessor', grey=True, mean=[120.0] * 3, std=[60.0] * 3),
    backbone=dict(type='IRNet', arch=dict(stem=4, units=(1, 1), channels=(4, 8)), input_size=16, out_stages=(0, 1)),
    tokens=dict(type='GridTokens', in_channels=8, in_size=4, grid=2, embed_dims=16),
    parsing_prior=dict(type='ParsingPrior', network=dict(type='SegFace', encoder='mobilenet_v3_large'), input_format=dict(size=64)),
    guidance=dict(type='SSGM', channels=16, semantic_channels=960, hidden=4),
    landmark_prior=dict(type='LandmarkPrior', network=dict(type='MobileFaceNet', input_size=32, width=0.25), input_format=dict(size=32)),
    interaction=dict(type='MCM', size=1, embed_dims=16, landmark_channels=128, grid=2, num_heads=2),
    head=dict(type='GatedLinearHead', num_classes=3, in_channels=16),
    occlusion_head=dict(type='OcclusionMapHead', in_channels=(4, 8), grid=4, channels=8),
)


def build(config: dict[str, Any], size: int = 32) -> Any:
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('ofer'):
        model = MODELS.build(config).eval()
    example_inputs(model, size)  # sets thresholds so that about half of the patches are flagged
    return model


def export(graph: Graph, kind: str, path: Path, **more: Any) -> Description:
    return export_task(Task(graph, Description(kind, 'tiny', graph.outputs, '0' * 64, **more)), path)


def classifier(config: dict[str, Any], size: int = 32) -> Recogniser:
    return Recogniser(build(config, size), CLASSES, dict(temperature=1.7), dict(type='BoxAligner', size=size))


def crops(count: int, size: int = 32) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8))


STAGES = dict(detector=dict(model=DETECTOR, size=32), inpainter=dict(model=INPAINT, size=32), classifier=dict(model=LATENT, size=32))
PIPELINE = dict(type='LatentOFER', data_preprocessor=PIXELS, **STAGES)


def test_the_pipeline_of_latent_ofer_is_one_graph(tmp_path: Path) -> None:
    """Detector, masked autoencoder, self-assembly, choice of latents: the file answers as the recogniser, with another batch."""
    recogniser = classifier(PIPELINE)
    path = tmp_path / 'pipeline.onnx'
    found = export(ClassifierGraph(recogniser), CLASSIFIER, path, **stated_of(recogniser))
    assert found.outputs == ('probabilities', 'occlusion', 'restored')
    images = crops(3)
    images[1][:] = 7  # a face of one colour: the detector may flag all of it or nothing
    answers = ExportedRecogniser(path)(images)
    for before, after in zip(recogniser(images), answers, strict=True):
        np.testing.assert_allclose(after.probabilities, before.probabilities, atol=1e-4)
        np.testing.assert_array_equal(after.patch_map, before.patch_map)
        np.testing.assert_allclose(after.restored.astype(int), before.restored.astype(int), atol=1)  # type: ignore[union-attr]
    assert 0 < np.mean([answer.patch_map for answer in answers]) < 1


def test_orsanet_with_its_priors_and_resizing(tmp_path: Path) -> None:
    """Both priors, grey input, a map of occlusion, and crops that the pipeline enlarges, by whole grey levels."""
    model = build(ORSANET)
    pipeline = [dict(type='LoadFace'), dict(type='Resize', scale=(40, 40), backend='pillow'), dict(type='PackFace')]
    recogniser = Recogniser(model, CLASSES, dict(temperature=0.6), dict(type='BoxAligner', size=24), pipeline)
    found = export(ClassifierGraph(recogniser, 40), CLASSIFIER, path := tmp_path / 'orsanet.onnx', **stated_of(recogniser))
    assert found.difference is not None
    assert found.difference < 1e-4
    images = crops(3, 24)
    for before, after in zip(recogniser(images), ExportedRecogniser(path)(images), strict=True):
        np.testing.assert_allclose(after.probabilities, before.probabilities, atol=1e-3)
        np.testing.assert_allclose(after.patch_map, before.patch_map, atol=1e-3)  # type: ignore[arg-type]


def stated_of(recogniser: Recogniser) -> dict[str, Any]:
    return dict(classes=recogniser.classes, aligner=recogniser.aligner.describe(), temperature=recogniser.temperature)


def test_parts_of_latent_ofer_alone(tmp_path: Path) -> None:
    detector = OcclusionGraph(build(PIPELINE).detector.model, 32)
    path = tmp_path / 'detector.onnx'
    assert (export(detector, OCCLUSION_DETECTOR, path).difference or 0) < 1e-4
    answer = open_network(path, OCCLUSION_DETECTOR)(images=np.stack(crops(4)))
    assert answer['scores'].shape == answer['occlusion'].shape == (4, 4, 4)
    assert set(np.unique(answer['occlusion'])) == {0, 1}
    inpainter = InpainterGraph(build(INPAINT), 32)
    path = tmp_path / 'inpainter.onnx'
    assert (export(inpainter, INPAINTER, path).difference or 0) < 1e-4
    hole = np.zeros((1, 32, 32), bool)
    image = np.stack(crops(1))
    unchanged = open_network(path, INPAINTER)(images=image, hole=hole)['restored']
    np.testing.assert_allclose(unchanged.transpose(0, 2, 3, 1), image / 255, atol=1e-3)


def test_the_shipped_detector_and_landmarks(tmp_path: Path) -> None:
    """From the names of the weights to faces: the same as with torch."""
    image = np.random.default_rng(0).integers(0, 255, (90, 130, 3), np.uint8)
    export_model('face_detector', out=tmp_path / 'detector.onnx')
    ours, exported = (SmallFaceDetector(path, threshold=0.02) for path in (None, tmp_path / 'detector.onnx'))
    (before,), (after,) = ours([image]), exported([image])
    assert len(before) == len(after) > 0
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(other.points, one.points, atol=0.05)
    export_model('landmarks', out=tmp_path / 'landmarks.onnx')
    face = DetectedFace(np.array([20, 20, 80, 80]), 1.0, np.array([[35, 40], [65, 40], [50, 55], [40, 70], [60, 70]]))
    points = [LandmarkFinder(path)([image], [face])[0] for path in (shipped_file('landmarks'), tmp_path / 'landmarks.onnx')]
    np.testing.assert_allclose(points[1], points[0], atol=1e-2)


class Drift(Graph):
    """Computes something else in each batch, as a network whose file is wrong."""

    inputs = (Input('images', (4, 4, 3)),)
    outputs = ('probabilities',)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.float().mean((1, 2))[:, :3] / 255 + float(images.float().mean())  # a number to the tracer


def test_a_file_that_computes_something_else_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(DisagreementError, match=r'wrong\.onnx: outputs differ.*0\.001 is allowed'):
        export(Drift(), CLASSIFIER, tmp_path / 'wrong.onnx')
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope='module')
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recogniser, Path]:
    """A small plain classifier and its file."""
    head = dict(type='LinearClsHead', in_channels=32, num_classes=3)
    neck = dict(type='GlobalAveragePooling')
    recogniser = classifier(dict(type='ImageClassifier', data_preprocessor=PIXELS, backbone=RESNET, neck=neck, head=head))
    path = tmp_path_factory.mktemp('exported') / 'plain.onnx'
    export(ClassifierGraph(recogniser), CLASSIFIER, path, **stated_of(recogniser))
    return recogniser, path


@pytest.mark.parametrize('place', [0.01, 0.3, 0.6, 0.9, 0.999])
def test_an_altered_byte_is_noticed(exported: tuple[Recogniser, Path], tmp_path: Path, place: float) -> None:
    content = bytearray(exported[1].read_bytes())
    content[int(place * len(content))] ^= 1
    (copy := tmp_path / 'altered.onnx').write_bytes(content)
    with pytest.raises(ValueError, match=r'altered\.onnx: damaged'):
        ExportedRecogniser(copy)


def test_every_byte_of_the_checksum_counts(exported: tuple[Recogniser, Path], tmp_path: Path) -> None:
    content = exported[1].read_bytes()
    begin = content.index(MARK.encode()) + len(MARK)
    for place in range(begin, begin + 66, 7):
        changed = bytearray(content)
        changed[place] ^= 1
        (copy := tmp_path / 'altered.onnx').write_bytes(changed)
        with pytest.raises(ValueError, match='damaged'):
            check_seal(copy)


def test_files_of_another_version_kind_or_program_are_refused(exported: tuple[Recogniser, Path], tmp_path: Path) -> None:
    import onnx

    model = onnx.load(str(exported[1]))
    text = next(entry.value for entry in model.metadata_props if entry.key == 'ofer')
    onnx.helper.set_model_props(model, {'ofer': text.replace(__version__, '0.0.9'), MARK: BLANK})
    onnx.save(model, str(old := tmp_path / 'old.onnx'))
    seal(old)
    with pytest.raises(ValueError, match=rf'old\.onnx: exported by ofer 0\.0\.9, and this is {__version__}'):
        ExportedRecogniser(old)
    with pytest.raises(ValueError, match=r'plain\.onnx: expected an exported face detector, found one of kind classifier'):
        SmallFaceDetector(exported[1])
    del model.metadata_props[:]
    onnx.save(model, str(foreign := tmp_path / 'foreign.onnx'))
    with pytest.raises(ValueError, match=r'foreign\.onnx: damaged, or not exported by ofer'):
        ExportedRecogniser(foreign)
    with pytest.raises(FileNotFoundError, match=r'none\.onnx: no such file'):
        ExportedRecogniser(tmp_path / 'none.onnx')


def test_openvino_refuses_other_weights(exported: tuple[Recogniser, Path], tmp_path: Path) -> None:
    pytest.importorskip('openvino', reason='the format is that of OpenVINO')
    recogniser, onnx_file = exported
    export(ClassifierGraph(recogniser), CLASSIFIER, path := tmp_path / 'plain.xml', **stated_of(recogniser))
    images = crops(2)
    expected = np.stack([answer.probabilities for answer in recogniser(images)])
    for file in (path, onnx_file):
        found = np.stack([answer.probabilities for answer in ExportedRecogniser(file, 'openvino')(images)])
        np.testing.assert_allclose(found, expected, atol=1e-4)
    content = bytearray((tmp_path / 'plain.bin').read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / 'plain.bin').write_bytes(content)
    with pytest.raises(ValueError, match=r'plain\.bin: damaged or altered'):
        ExportedRecogniser(path)


@pytest.mark.parametrize('threads', [1, 2, 3])
def test_openvino_cuts_batches_into_parts(exported: tuple[Recogniser, Path], threads: int) -> None:
    """Every image keeps its place, whatever the sizes of batch and parts."""
    pytest.importorskip('openvino', reason='the parts are those of OpenVINO')
    network: Any = open_network(exported[1], CLASSIFIER, 'openvino', threads=threads)
    images = np.stack(crops(7))
    each = np.concatenate([network(images=image[None])['probabilities'] for image in images])
    assert len({row.tobytes() for row in each}) == 7
    for size in (7, 2, 3, 7):
        np.testing.assert_allclose(network(images=images[:size])['probabilities'], each[:size], atol=1e-6)
    assert ('beside' in vars(network)) == (threads > 1)  # one thread computes a batch as a whole
    if threads > 1:
        assert len(network.beside) > 1


@pytest.mark.parametrize('threads', [1, 2])
def test_openvino_leaves_the_choice_of_cores_to_the_system(exported: tuple[Recogniser, Path], threads: int) -> None:
    """Several processes side by side would all be bound to the same first cores."""
    pytest.importorskip('openvino', reason='the threads are those of OpenVINO')
    network: Any = open_network(exported[1], CLASSIFIER, 'openvino', threads=threads)
    network(images=np.stack(crops(4)))
    requests = [network.alone, *vars(network).get('beside', [])]
    assert [request.get_compiled_model().get_property('ENABLE_CPU_PINNING') for request in requests] == [False] * len(requests)


def test_idle_threads_of_onnxruntime_do_not_use_the_cores(exported: tuple[Recogniser, Path]) -> None:
    network: Any = open_network(exported[1], CLASSIFIER, 'onnx', threads=2)
    assert network.session.get_session_options().get_session_config_entry('session.intra_op.allow_spinning') == '0'


def labelled(folder: Path, count: int = 12) -> Path:
    import cv2

    for i, image in enumerate(crops(count)):
        place = folder / ('angry', 'happy', 'neutral', 'other')[i % 4]
        place.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place / f'{i}.png'), image)
    return folder


def test_faces_are_matched_to_classes_by_name(tmp_path: Path) -> None:
    faces = labelled_faces(labelled(tmp_path / 'faces'), CLASSES)
    assert len(faces.paths) == 9  # 'other' is no class
    assert [Path(path).parent.name for path in faces.paths] == [('angry', 'happy', 'neutral')[label] for label in faces.labels]
    assert len(labelled_faces(tmp_path / 'faces', CLASSES, most=4).paths) == 4
    with pytest.raises(ValueError, match='no images in folders that are called fear'):
        labelled_faces(tmp_path / 'faces', ['fear'])


def test_integers_and_the_bound_of_accuracy(exported: tuple[Recogniser, Path], tmp_path: Path) -> None:
    recogniser, _ = exported
    folder = labelled(tmp_path / 'faces')
    faces = labelled_faces(folder, CLASSES)
    graph = ClassifierGraph(recogniser)
    task = Task(graph, Description(CLASSIFIER, 'tiny', graph.outputs, '0' * 64, **stated_of(recogniser)), recogniser)
    found = export_task(task, path := tmp_path / 'int8.onnx', faces.paths, faces, bound=100.0, int8=True)
    assert found.precision == 'int8'
    assert set(found.accuracy) == {'torch', 'exported', 'faces'}
    assert largest_difference(graph, open_network(path, CLASSIFIER)) < 0.2
    import onnx

    graph_of_file = onnx.load(str(path)).graph
    assert any(node.op_type == 'QuantizeLinear' for node in graph_of_file.node)
    weights = [onnx.numpy_helper.to_array(one) for one in graph_of_file.initializer if one.data_type == onnx.TensorProto.INT8]
    largest = max(int(np.abs(weight.astype(int)).max()) for weight in weights if weight.ndim > 1)
    assert 32 < largest <= 64  # 7 bits: pairs of products fit into 16 bits on every processor
    wrong = Task(graph, task.description, Recogniser(recogniser.model, CLASSES[::-1], {}, dict(type='BoxAligner', size=32)))
    swapped = labelled_faces(folder, CLASSES)
    swapped.labels[:] = [answer.probabilities.argmax() for answer in recogniser([*swapped.crops(0, 99, 32)])]
    wrong.recogniser.__dict__['model'] = Opposite(recogniser.model)  # type: ignore[union-attr]
    with pytest.raises(DisagreementError, match=r'off\.onnx: 100\.00 % of 9 faces are right, of the network .* more than 0\.5 points'):
        export_task(wrong, tmp_path / 'off.onnx', faces=swapped)
    assert not (tmp_path / 'off.onnx').exists()
    with pytest.raises(ValueError, match='int8 needs calibration images'):
        export_task(task, tmp_path / 'x.onnx', int8=True)
    with pytest.raises(ValueError, match=r'int8 is for classifiers, .*: a face detector has none'):
        export_model('face_detector', out=tmp_path / 'x.onnx', data=folder, int8=True)
    assert not (tmp_path / 'x.onnx').exists()


def test_a_number_of_images_needs_the_images(tmp_path: Path) -> None:
    args = parse(['export', 'default', '--out', str(tmp_path / 'x.onnx'), '--images', '10'])
    with pytest.raises(ValueError, match='--images is a number of the faces of --data: give both'):
        args.main(args)


class Opposite(torch.nn.Module):
    """A model that gives the highest probability to the class that another gives the lowest."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model, self.data_preprocessor = model, model.data_preprocessor

    def forward(self, inputs: torch.Tensor, mode: str) -> Any:
        samples = self.model(inputs, mode=mode)
        for sample in samples:
            sample.pred_score = 1 - sample.pred_score
        return samples


def test_a_file_that_answers_nan_is_refused(exported: tuple[Recogniser, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recogniser, path = exported
    graph = ClassifierGraph(recogniser)
    network = open_network(path, CLASSIFIER)

    def broken(**given: Any) -> dict[str, Any]:
        return {name: values * np.nan for name, values in network(**given).items()}

    assert np.isnan(largest_difference(graph, broken))
    task = Task(graph, Description(CLASSIFIER, 'tiny', graph.outputs, '0' * 64, **stated_of(recogniser)), recogniser)
    monkeypatch.setattr('ofer.export.exporting.open_network', lambda *_: broken)
    with pytest.raises(DisagreementError, match='outputs differ'):
        export_task(task, tmp_path / 'broken.onnx')
