"""What priors know: on features that are known, and on a model with random weights."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset

import ofer
from ofer.apis.probing import ProbedFaces, field_means, probe
from ofer.engine.processes.launch import UsageError
from ofer.evaluation.probing import accuracy_table, linear_probe
from ofer.structures import FaceSample

ROOT = Path(__file__).resolve().parents[3]
ORSANET = str(ROOT / 'configs' / 'demo_orsanet.py')


def test_a_prior_that_knows_helps_and_noise_does_not(command: Callable) -> None:
    draw = np.random.default_rng(0)
    target = draw.integers(0, 3, 300)
    noise, telling = draw.normal(size=(300, 4)), np.eye(3)[target] + 0.1 * draw.normal(size=(300, 3))
    features = {'image': noise, 'landmarks': telling}
    halves = [{name: values[part] for name, values in features.items()} for part in (slice(150), slice(150, None))]
    right = {
        names: (linear_probe(halves[0], target[:150], halves[1], names, 1.0) == target[150:])
        for names in (('image',), ('landmarks',), ('image', 'landmarks'))
    }
    assert right['image',].mean() < 0.5
    assert right['landmarks',].mean() > 0.95
    assert right['image', 'landmarks'].mean() > 0.95
    # 15 of 150 fewer: 1.96 * sqrt(15 - 15 ** 2 / 150) / 150 = 4.80 points
    table = accuracy_table('x', {'image': np.ones(150, dtype=bool), 'noise': np.arange(150) > 14}, against='image')
    assert re.search(r'^\| image +\| +100.00 \(97.50 to 100.00\) \| +- \|$', table, re.MULTILINE)
    assert re.search(r'^\| noise +\| +90.00 \(.*\) \| +-10.00 \(-14.80 to -5.20\) \|$', table, re.MULTILINE)


def test_fields_keep_where_things_are(command: Callable) -> None:
    maps = torch.zeros(1, 2, 4, 4)
    maps[0, 1, 3, 3] = 4.0
    assert field_means(maps).tolist() == [[0, 0, 0, 0, 0, 0, 0, 1.0]]


def test_both_tables(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    torch.manual_seed(0)
    weights = tmp_path / 'orsanet.pth'
    torch.save({'state_dict': ofer.get_model(ORSANET).state_dict()}, weights)
    command('analyze', 'probe', ORSANET, str(weights), '--train', '28', '--test', '14', '--batch-size', '7')
    printed = capsys.readouterr().out
    assert '28 images for training the classifiers, 14 for testing' in printed
    rows = ('image', 'semantics', 'landmarks', 'image + semantics + landmarks', 'its own priors', "another face's priors")
    assert all(re.search(rf'^\| {re.escape(row)} +\| ', printed, re.MULTILINE) for row in rows)


class Answering(torch.nn.Module):
    """Stands for the network: its answer tells whose priors it is given. Each prior is the colour of the face."""

    backbone = staticmethod(lambda inputs: (inputs,))
    image_tokens = staticmethod(lambda maps: maps[-1])

    def data_preprocessor(self, data: dict) -> dict:
        return dict(data, inputs=torch.stack(data['inputs']))

    def precompute(self, inputs: torch.Tensor) -> dict[str, dict[str, torch.Tensor]]:
        colour = inputs.mean((1, 2, 3), keepdim=True)
        return {'priors': {'semantics': colour, 'landmarks': colour}}

    def forward(self, inputs: torch.Tensor, mode: str, priors: dict[str, torch.Tensor]) -> torch.Tensor:
        del inputs, mode
        return torch.nn.functional.one_hot((10 * priors['semantics'] + priors['landmarks']).flatten().long(), 100)


def faces(colours: range) -> list[dict]:
    return [dict(inputs=torch.full((3, 4, 4), float(colour)), data_samples=FaceSample().set_gt_label(colour)) for colour in colours]


def test_priors_come_from_where_the_table_says() -> None:
    found = probe(Answering(), faces(range(5)), range(5), batch_size=2, whole=faces(range(5, 10)))
    assert {name: values.tolist() for name, values in found.predictions.items()} == {
        'its own priors': [0, 11, 22, 33, 44],
        "another face's semantics": [10, 1, 12, 23, 34],  # of the face before; also in a batch of one
        "another face's landmarks": [1, 10, 21, 32, 43],
        "another face's priors": [11, 0, 11, 22, 33],
        'semantics of the whole face': [50, 61, 72, 83, 94],
        'landmarks of the whole face': [5, 16, 27, 38, 49],
        'priors of the whole face': [55, 66, 77, 88, 99],
    }
    assert found.features['landmarks'][:, 0].tolist() == found.target.tolist() == [0, 1, 2, 3, 4]
    assert found.features['landmarks of the whole face'][:, 0].tolist() == [5, 6, 7, 8, 9]
    alone = probe(Answering(), faces(range(5)), range(5), batch_size=2, predict=False)
    assert not alone.predictions
    assert sorted(alone.features) == ['image', 'landmarks', 'semantics']


@pytest.mark.parametrize(('number', 'batch_size'), [(1, 2), (5, 1)])
def test_a_face_alone_has_no_other(number: int, batch_size: int) -> None:
    with pytest.raises(ValueError, match='need two faces in a batch'):
        probe(Answering(), faces(range(5)), range(number), batch_size)


def test_occluded_faces_get_the_priors_of_whole_ones_too(
    command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / 'orsanet.pth'
    torch.save({'state_dict': ofer.get_model(ORSANET).state_dict()}, weights)
    options = ['--train', '14', '--test', '7', '--batch-size', '7', '--set']
    with pytest.raises(UsageError, match=r'--set clean: is no test set of .* available: blocks_10_black, '):
        command('analyze', 'probe', ORSANET, str(weights), *options, 'clean')
    predicted = []

    def recorded(
        model: torch.nn.Module, dataset: Dataset, indices: list[int], batch_size: int, whole: Dataset, predict: bool
    ) -> ProbedFaces:
        changed = (dataset[indices[0]]['inputs'] != whole[indices[0]]['inputs']).any(0)
        assert (dataset[indices[0]]['inputs'][:, changed] == 0).all()
        assert 0.25 < changed.float().mean() < 0.32  # a block of 30 %; some of what it covers is black
        predicted.append(predict)
        return probe(model, dataset, indices, batch_size, whole, predict)

    monkeypatch.setattr('ofer.apis.probing.probe', recorded)
    command('analyze', 'probe', ORSANET, str(weights), *options, 'blocks_30_black')
    assert predicted == [False, True]
    printed = capsys.readouterr().out
    rows = ('image + semantics of the whole face + landmarks of the whole face', 'semantics of the whole face', 'priors of the whole face')
    assert all(re.search(rf'^\| {re.escape(row)} +\| ', printed, re.MULTILINE) for row in rows)


@pytest.mark.parametrize('name', ['baselines/irnet_small_ferplus', 'latent_ofer/latent_ofer_mae_48_ferplus'])  # the second has no test set
def test_models_without_priors_are_refused(command: Callable, tmp_path: Path, name: str) -> None:
    config = str(ROOT / 'configs' / f'{name}.py')
    torch.save({'state_dict': ofer.get_model(config).state_dict()}, tmp_path / 'plain.pth')
    with pytest.raises(UsageError, match='is no ORSANet with priors'):
        command('analyze', 'probe', config, str(tmp_path / 'plain.pth'))
