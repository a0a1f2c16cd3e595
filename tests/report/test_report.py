"""Whole reports of small models: the same numbers however they are computed, and what is missing is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ofer
from ofer.cli.main import parse
from ofer.report.digest import digest
from ofer.report.faces import Faces

TOOL = """
import numpy as np

class Tool:
    classes = ('neutral', 'happiness', 'surprise')
    def __call__(self, images):
        thirds = np.stack([part.mean((1, 2, 3)) for part in np.array_split(images.astype(float), 3, axis=1)], 1) / 30
        powers = np.exp(thirds - thirds.max(1, keepdims=True))
        return (powers / powers.sum(1, keepdims=True))[:, ::-1]
"""
SOME = ('clean', 'artificial')


def cells(report: dict[str, Any], section: str, **wanted: Any) -> list[dict[str, Any]]:
    found = report['sections'][section]['cells']
    return [cell for cell in found if all(cell[key] == value for key, value in wanted.items())]


def run(models: Any, faces: Any, out: Path | None = None, **options: Any) -> dict[str, Any]:
    return ofer.occlusion_report(models, faces, out, **{'sections': SOME, 'quick': True, 'device': 'cpu', **options})


@pytest.fixture
def no_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the network for the reference order, which takes most of the time."""
    from ofer.report.protocols import choice

    monkeypatch.setattr(choice, 'ORDERS', ('square', 'patches', 'own'))


@pytest.mark.usefixtures('no_reference')
def test_same_numbers_however_they_are_computed(faces: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another batch size, the second run from what is on disk, and an interruption."""
    (tmp_path / 'own_tool.py').write_text(TOOL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    models = ['adapter:own_tool:Tool']
    whole = np.concatenate([faces.images] * 5), np.tile(faces.labels, 5), faces.classes  # two files of answers
    some = [*SOME, 'selective', 'stability']
    first = run(models, whole, tmp_path / 'a', sections=some)
    others = [run(models, whole, tmp_path / 'b', sections=some, batch_size=7), run(models, whole, tmp_path / 'a', sections=some)]
    assert others[-1]['run']['seconds']['answers'] == 0

    import ofer.report.measuring as measuring

    left, write = [9], measuring.store_answers

    def interrupted(*args: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        write(*args)

    monkeypatch.setattr(measuring, 'store_answers', interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(models, whole, tmp_path / 'd', sections=some)
    monkeypatch.setattr(measuring, 'store_answers', write)
    others.append(run(models, whole, tmp_path / 'd', sections=some))
    assert 0 < others[-1]['run']['seconds']['answers'] < first['run']['seconds']['answers']
    for other in others:
        assert other['digest'] == first['digest']
        assert other['sections'] == first['sections']
    written = json.loads((tmp_path / 'a' / 'report.json').read_text())
    assert digest(written) == written['digest'] == first['digest']


@pytest.mark.slow
def test_same_numbers_by_two_processes(faces: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process imports everything, which takes most of the time."""
    (tmp_path / 'own_tool.py').write_text(TOOL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    some, tools = [*SOME, 'corruptions', 'selective', 'stability'], ['adapter:own_tool:Tool', 'default']
    one, two = (run(tools, faces, tmp_path / str(number), processes=number, images=32, sections=some) for number in (1, 2))
    assert one['digest'] == two['digest']
    assert one['sections'] == two['sections']


@pytest.mark.usefixtures('no_reference')
def test_numbers_by_hand(faces: Faces, brightness: Callable) -> None:
    report = run(brightness, faces)
    right = brightness(faces.images).argmax(1) == faces.labels
    [accuracy] = cells(report, 'clean', metric='accuracy', condition='clean')
    assert accuracy['value'] == pytest.approx(right.mean())
    assert accuracy['n'] == 70
    recalls = [cell['value'] for cell in cells(report, 'clean') if cell['metric'].startswith('recall')]
    assert recalls == pytest.approx([right[faces.labels == label].mean() for label in range(3)])
    [balanced] = cells(report, 'clean', metric='balanced_accuracy')
    assert balanced['value'] == pytest.approx(np.mean(recalls))
    assert balanced['low'] < balanced['value'] < balanced['high']
    [one] = cells(report, 'artificial', condition='square-black-30', metric='accuracy')
    [lost] = cells(report, 'artificial', condition='square-black-30', metric='drop')
    assert lost['value'] == pytest.approx(accuracy['value'] - one['value'])
    [curve] = [curve for curve in report['sections']['artificial']['curves'] if curve['name'] == 'square-black']
    assert curve['x'] == [0, 0.1, 0.2, 0.3, 0.5, 0.7]
    assert curve['y'][0] == pytest.approx(accuracy['value'])
    widths = np.diff(curve['x'])
    [area] = cells(report, 'artificial', condition='square-black', metric='area')
    assert area['value'] == pytest.approx((widths * (np.array(curve['y'])[1:] + np.array(curve['y'])[:-1]) / 2).sum() / 0.7)


@pytest.mark.usefixtures('no_reference')
def test_covered_shares_are_those_claimed(faces: Faces, brightness: Callable) -> None:
    report = run(brightness, faces, quick=False, images=32)
    found = cells(report, 'artificial', metric='covered')
    assert len(found) == 2 * 3 * 7
    for cell in found:
        assert abs(cell['value'] - cell['facts']['share'] / 100) < 0.005


@pytest.mark.usefixtures('no_reference')
def test_models_that_misbehave(faces: Faces, brightness: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [0]
    for kind, reason in (('RuntimeError', 'needs another driver'), ('ValueError', 'another NumPy')):
        (tmp_path / f'broken_by_{kind}.py').write_text(f'raise {kind}({reason!r})')
    monkeypatch.syspath_prepend(tmp_path)

    def failing(images: np.ndarray) -> np.ndarray:
        calls[0] += 1
        if calls[0] == 2:
            raise RuntimeError('lost the connection')
        return brightness(images)

    def nan(images: np.ndarray) -> np.ndarray:
        return np.where(images[:, :1, 0, 0] > 100, np.nan, brightness(images))

    def strange(images: np.ndarray) -> np.ndarray:
        return np.full((len(images), 2), 0.5)

    strange.classes = ('cat', 'dog')
    tools = ['adapter:no_such_module:tool', 'adapter:broken_by_RuntimeError:tool', 'adapter:broken_by_ValueError:tool']
    names = ['good', 'failing', 'nan', 'strange', 'missing', 'broken', 'outdated']
    report = run([brightness, failing, nan, strange, *tools], faces, names=names, sections=(*SOME, 'real'))
    text = '\n'.join(report['problems'] + [p for s in report['sections'].values() for p in s['problems']])
    assert 'failing, clean: no answer for 32 of 70 images, counted as wrong (RuntimeError: lost the connection)' in text
    assert 'nan, clean: no answer for' in text
    assert 'nan, occluded: no answer for' in text  # on a published list as well
    assert 'probabilities are not finite' in text
    assert 'strange is left out: its classes are cat, dog' in text
    assert 'missing is left out: No module named' in text
    assert 'broken is left out: RuntimeError: needs another driver' in text
    assert 'outdated is left out: ValueError: another NumPy' in text
    assert list(report['header']['models']) == ['good', 'failing', 'nan']
    alone = run(brightness, faces, names=['good'])
    assert cells(alone, 'clean') == cells(report, 'clean', model='good')


@pytest.mark.usefixtures('no_reference')
def test_what_a_model_failed_at_is_asked_again(faces: Faces, brightness: Callable, tmp_path: Path) -> None:
    """The same command after a repair, and only for the parts in which answers are missing."""
    broken, calls = True, 0

    def repaired(images: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        if broken and calls in (2, 5):
            raise RuntimeError('lost the connection')
        return brightness(images)

    repaired.classes = brightness.classes
    first = run(repaired, faces, tmp_path, names=['model'])
    assert any('lost the connection' in problem for problem in first['sections']['clean']['problems'])
    broken, calls = False, 0
    second = run(repaired, faces, tmp_path, names=['model'])
    assert second['sections'] == run(brightness, faces, names=['model'])['sections']
    assert calls == 2 * 3  # the two parts, of three blocks each
    assert run(repaired, faces, tmp_path, names=['model'])['run']['seconds']['answers'] == 0


@pytest.mark.usefixtures('no_reference')
def test_answers_without_a_confidence_say_nothing_about_doubt(faces: Faces, brightness: Callable) -> None:
    def half(images: np.ndarray) -> np.ndarray:
        return np.where(images[:, :1, 0, 0] > 50, np.nan, brightness(images))

    half.classes = brightness.classes
    report = run(half, faces, names=['half'], sections=('clean', 'artificial', 'selective', 'stability'))
    answered = run(brightness, faces, names=['half'], sections=('clean', 'selective'))
    (gap,), (whole,) = (cells(one, 'selective', condition='clean', metric='confidence_gap') for one in (report, answered))
    assert 0 < gap['n'] < whole['n'] == 70
    assert gap['value'] == pytest.approx(whole['value'], abs=0.2)
    flips = cells(report, 'stability', condition='square-black-10', metric='flips')
    assert 0 < flips[0]['n'] < 70


@pytest.mark.usefixtures('no_reference')
def test_another_choice_of_models_goes_on_in_the_same_folder(faces: Faces, brightness: Callable, tmp_path: Path) -> None:
    """Stored answers fit, although one model lacks the class of the last image."""
    last = int(faces.labels[-1])

    def others(images: np.ndarray) -> np.ndarray:
        scores = np.delete(brightness(images), last, 1)
        return scores / scores.sum(1, keepdims=True)

    others.classes = tuple(name for number, name in enumerate(brightness.classes) if number != last)
    run([brightness, others], faces, tmp_path, names=['a', 'b'])
    again = run(brightness, faces, tmp_path, names=['a'])
    assert again['run']['seconds']['answers'] == 0
    assert again['sections'] == run(brightness, faces, names=['a'])['sections']


@pytest.mark.usefixtures('no_reference')
def test_a_baseline_that_is_left_out_is_replaced_and_said(faces: Faces, brightness: Callable) -> None:
    report = run([brightness, 'adapter:no_such_module:tool'], faces, names=['a', 'gone'], sections=('clean',), baseline='gone')
    assert report['header']['baseline'] == 'a'
    assert 'gone is left out and cannot be the baseline: corruption errors are relative to a' in report['problems']


@pytest.mark.usefixtures('no_reference')
def test_classes_are_joined_by_name(faces: Faces, brightness: Callable) -> None:
    """Outputs in another order and spelling are the same model; a class that one model lacks is left out for all."""

    def turned(images: np.ndarray) -> np.ndarray:
        return brightness(images)[:, ::-1]

    turned.classes = ('Neutral', 'happy', 'surprised')
    report = run([brightness, turned], faces, names=['a', 'b'])
    for one, other in zip(cells(report, 'clean', model='a'), cells(report, 'clean', model='b'), strict=True):
        assert one['value'] == pytest.approx(other['value'])
    assert [one['difference'] for one in report['differences']] == pytest.approx([0] * len(report['differences']))

    def two(images: np.ndarray) -> np.ndarray:
        scores = brightness(images)[:, :2]
        return scores / scores.sum(1, keepdims=True)

    two.classes = ('surprise', 'happiness')
    report = run([brightness, two], faces, names=['a', 'two'])
    assert '23 images of neutral are left out for all models: two cannot answer it' in report['problems']
    assert {cell['n'] for cell in cells(report, 'clean', metric='accuracy')} == {47}


@pytest.mark.usefixtures('no_reference')
def test_a_difference_is_called_one_only_if_it_is(faces: Faces, brightness: Callable) -> None:
    def wrong(images: np.ndarray) -> np.ndarray:
        return np.roll(brightness(images), 1, 1)

    wrong.classes = brightness.classes
    report = run([brightness, wrong], faces, names=['good', 'wrong'])
    clean = next(one for one in report['differences'] if one['condition'] == 'clean' and one['metric'] == 'accuracy')
    assert clean['significant']
    assert clean['corrected'] >= clean['p_value']
    area = next(one for one in report['differences'] if one['metric'] == 'area')
    values = [cells(report, 'artificial', condition=area['condition'], metric='area', model=name)[0]['value'] for name in ('good', 'wrong')]
    assert area['difference'] == pytest.approx(values[0] - values[1])
    assert area['p_value'] < 1e-4  # not limited by a number of resamples
    assert area['significant']
    assert not any(one['significant'] for one in run([brightness, brightness], faces)['differences'])


@pytest.mark.usefixtures('no_reference')
def test_an_empty_class_and_other_models_in_the_folder(faces: Faces, brightness: Callable, tmp_path: Path) -> None:
    empty = replace(faces, labels=np.where(faces.labels == 2, 0, faces.labels), lists={})
    report = run(brightness, empty, tmp_path)
    assert 'no image of the class neutral' in report['sections']['clean']['problems']
    with pytest.raises(ValueError, match=r'was begun with another data. Give another --out, or --overwrite'):
        run(brightness, faces, tmp_path)
    run(brightness, faces, tmp_path, overwrite=True)


@pytest.mark.usefixtures('no_reference')
def test_other_cut_outs_are_other_answers(faces: Faces, brightness: Callable, tmp_path: Path) -> None:
    """Answers for the cut-outs of a folder are not used for the same folder with other pictures."""
    folders = [tmp_path / 'black', tmp_path / 'white']
    for grey, folder in enumerate(folders):
        folder.mkdir()
        Image.fromarray(np.full((20, 20, 4), (255 * grey, 255 * grey, 255 * grey, 255), np.uint8)).save(folder / 'card.png')

    def objects(folder: Path, overwrite: bool = False) -> tuple[dict[str, Any], float]:
        report = run(brightness, faces, tmp_path / 'out', sections=['objects'], cutouts=folder, images=32, overwrite=overwrite)
        [cell] = cells(report, 'objects', condition='cutout-object', metric='accuracy')
        return report['header']['cutouts'], cell['value']

    first, accuracy = objects(folders[0])
    assert first['pictures'] == 1
    with pytest.raises(ValueError, match=r'was begun with another cutouts. Give another --out, or --overwrite'):
        objects(folders[1])
    second, other = objects(folders[1], overwrite=True)
    assert second['sha256'] != first['sha256']
    assert accuracy != other


@pytest.mark.parametrize(('name', 'weights'), [('default', 'recogniser'), ('orsanet', 'orsanet')])
def test_the_header_states_what_the_numbers_depend_on(faces: Faces, tmp_path: Path, name: str, weights: str) -> None:
    from ofer.weights import SHIPPED

    report = run(name, faces, tmp_path, sections=['clean'], seed=3, images=40)
    header = report['header']
    model = header['models'][name]
    assert model['weights_sha256'] == SHIPPED[weights]
    assert model['aligner']['size'] == 48
    assert set(faces.classes) < set(model['classes'])
    assert model['label_order'] == 'stated by the checkpoint'
    assert model['trained_on'] == ['FERPlus']
    assert header['settings']['seed'] == 3
    assert sum(header['data']['per_class'].values()) == 40
    assert header['landmarks'] == {'landmarks_sha256': SHIPPED['landmarks']}
    assert {'ofer', 'python', 'torch', 'numpy'} <= set(header['versions'])
    assert report['run']['machine']['cores'] >= 1
    text = (tmp_path / 'report.md').read_text()
    for words in (SHIPPED[weights][:16], model['aligner']['type'], ', '.join(model['classes']), 'seed 3'):
        assert words in text, words


def test_the_reference_model_is_asked_once_for_both_orders(
    faces: Faces, brightness: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own order of importance is that of the reference model: the numbers are those of a report that asks for both."""
    from ofer.report import assembly
    from ofer.report.protocols import choice

    monkeypatch.setattr(choice, 'ORDERS', ('square', 'patches', 'own', 'reference'))
    monkeypatch.setattr(choice, 'QUICK_SHARES', (10, 30))
    once = run(['default', brightness], faces, tmp_path, images=8)
    words = 'default is the reference model: its own order of importance is that of the reference model, and is measured once'
    for name in ('report.md', 'report.html'):
        assert words in (tmp_path / name).read_text(), name
    assert not list((tmp_path / 'answers' / 'default').glob('own-*'))
    assert not (tmp_path / 'answers' / 'default' / '_importance').exists()
    own, reference = (
        cells(once, 'artificial', condition=f'{order}-black', model='default', metric='area') for order in ('own', 'reference')
    )
    assert own[0]['value'] == reference[0]['value']

    monkeypatch.setattr(assembly, 'equal_conditions', lambda conditions, same: {})
    both = run(['default', brightness], faces, images=8)
    assert both['run']['seconds']['answers'] == once['run']['seconds']['answers'] + 2 * 8
    assert cells(once, 'artificial') == cells(both, 'artificial')
    assert once['differences'] == both['differences']


def test_arguments(faces: Faces, brightness: Callable) -> None:
    with pytest.raises(ValueError, match="section 'speed': expected some of clean"):
        run(brightness, faces, sections=['speed'])
    with pytest.raises(ValueError, match="baseline='b': expected one of Brightness"):
        run(brightness, faces, baseline='b')
    with pytest.raises(ValueError, match='no model has a config that names a data set'):
        run(brightness, None)
    with pytest.raises(ValueError, match="adapter 'deepfase': expected deepface"):
        run([brightness, 'adapter:deepfase'], faces)
    with pytest.raises(ValueError, match='models: 3: expected'):
        run([3], faces)


def test_important_patches_hurt_a_trained_model_more() -> None:
    """On drawn faces, the package's model loses more confidence by the tenth of the patches that it looks at most than by a random one."""
    from ofer.datasets import SyntheticFaces
    from ofer.report.faces import read_faces

    drawn = read_faces(SyntheticFaces('test', length=64, size=48))
    images = drawn.images
    from ofer.apis.recognisers import load_recogniser
    from ofer.report.contenders import RecogniserContender
    from ofer.report.protocols.areas import area_conditions
    from ofer.report.protocols.base import Batch

    model = RecogniserContender('default', load_recogniser())
    clean = model(images).probabilities
    batch = Batch(drawn.names, images, importance=model.importance(images))
    kept = {}
    for condition in area_conditions(('patches', 'own'), ('black',), (10,), 0):
        scores = model(condition.draw(batch).images).probabilities
        kept[condition.facts['order']] = scores[np.arange(len(images)), clean.argmax(1)].mean()
    assert kept['own'] < kept['patches'] - 0.02, kept


@pytest.mark.slow
def test_important_patches_hurt_more_than_random_ones_on_real_faces() -> None:
    """Filled with the mean colour; scattered black patches are edges, and as harmful as important ones."""
    root = Path(__file__).resolve().parents[3] / 'shared' / 'data' / 'fer2013'
    if not (root / 'test.zip').is_file():
        pytest.skip('the images of FER2013 are not here')
    from ofer.apis.recognisers import load_recogniser
    from ofer.report.contenders import RecogniserContender
    from ofer.report.protocols.areas import area_conditions
    from ofer.report.protocols.base import Batch
    from ofer.report.sources import faces_of_config

    whole, _ = faces_of_config(dict(type='FERPlus', data_root=str(root), split='test', indices=256))
    faces = replace(whole, lists={}).part(256)
    model = RecogniserContender('default', load_recogniser())
    target = np.array([model.classes.index(faces.classes[label]) for label in faces.labels])
    batch = Batch(faces.names, faces.images, importance=model.importance(faces.images))
    right: dict[str, list[float]] = {'patches': [], 'own': []}
    for condition in area_conditions(('patches', 'own'), ('mean',), (10, 20, 30), 0):
        answers = model(condition.draw(batch).images).probabilities.argmax(1)
        right[condition.facts['order']].append(float((answers == target).mean()))
    assert np.mean(right['own']) < np.mean(right['patches']) - 0.01, right


def test_images_that_are_not_there_are_not_called_a_model() -> None:
    with pytest.raises(ValueError, match='data: nowhere: no such folder of images, and no config of this name'):
        run(lambda images: images, 'nowhere')


@pytest.mark.parametrize(
    ('words', 'message'),
    [
        (['--check', '--out', 'X', '--data', 'nowhere'], '--out, --data: --check goes with --update only'),
        (['default', '--check'], 'CONFIG: --check goes with --update only'),
        (['default', '--out', 'X', '--update'], '--update: goes with --check only'),
    ],
)
def test_options_that_do_not_go_together_are_refused(words: list[str], message: str) -> None:
    args = parse(['report', *words])
    with pytest.raises(ValueError, match=message):
        args.main(args)
