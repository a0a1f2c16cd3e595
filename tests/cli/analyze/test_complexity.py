import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ofer.shipped import config_files

ROOT = Path(__file__).resolve().parents[3]


def test_table_of_a_model_with_priors(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command('analyze', 'complexity', str(ROOT / 'configs' / 'demo_orsanet.py'), '--out', str(tmp_path / 'new' / 'cost.json'))
    printed = capsys.readouterr().out
    cost = json.loads((tmp_path / 'new' / 'cost.json').read_text())
    assert cost['image_size'] == 64
    assert cost['trained']['dead'] == []
    # The parser runs up to its third stage only: its last one and the decoder are there for drawing.
    assert 'parsing_prior.network.face_decoder' in printed
    assert cost['frozen']['dead_parameters'] > 0.5 * cost['frozen']['parameters']
    row = f'| demo_orsanet | {cost["trained"]["parameters"] / 1e6:.1f} | {cost["trained"]["multiply_adds"] / 1e9:.1f} |'
    assert row in printed
    flops = [line.split('|')[-2].strip() for line in printed.splitlines() if line.startswith('| trained')]
    assert float(flops[0]) == pytest.approx(2 * cost['trained']['multiply_adds'] / 1e9, abs=1e-3)


SMALL = [name for name in config_files() if re.search('_small_|synthetic|scenes|demo_', name) and 'swin' not in name]
SMALL += ['latent_ofer_ferplus', 'latent_ofer_48_ferplus']


def count(command: Callable, name: str, folder: Path) -> dict:
    command('analyze', 'complexity', config_files()[name], '--out', folder / 'cost.json')
    return json.loads((folder / 'cost.json').read_text())


@pytest.mark.usefixtures('undrawn_weights')
@pytest.mark.parametrize('name', SMALL)
def test_every_small_config_is_counted(command: Callable, name: str, tmp_path: Path) -> None:
    cost = count(command, name, tmp_path)
    assert cost['image_size'] in (48, 64, 96, 112, 128)
    assert cost['trained']['parameters'] + cost['frozen']['parameters'] > 0
    assert cost['trained']['multiply_adds'] + cost['frozen']['multiply_adds'] > 0


def test_a_second_count_is_the_same(command: Callable, tmp_path: Path) -> None:
    first, second = (count(command, 'latent_ofer_synthetic', tmp_path) for _ in range(2))
    assert first == second


def test_a_system_is_its_stages(command: Callable, tmp_path: Path) -> None:
    """All that it counts is there: what the stages cost by themselves, and no more."""
    whole, painter, detector, classifier = (
        count(command, f'latent_ofer_{name}', tmp_path)
        for name in ('synthetic', 'inpainter_synthetic', 'svdd_pasted_synthetic', 'fer_synthetic')
    )

    def total(cost: dict, what: str) -> int:
        return cost['trained'][what] + cost['frozen'][what]

    for what in ('parameters', 'multiply_adds'):
        assert whole['trained'][what] == classifier['trained'][what]
    parts = [painter, detector, classifier]
    assert total(whole, 'parameters') == sum(total(cost, 'parameters') for cost in parts)
    # The encoders of painter and classifier do not see flagged patches, of which there are more than alone.
    assert 0.7 < total(whole, 'multiply_adds') / sum(total(cost, 'multiply_adds') for cost in parts) <= 1


@pytest.mark.slow
@pytest.mark.parametrize('name', [name for name in config_files() if name not in SMALL and not name.startswith('dare_')])
def test_every_other_config_is_counted(command: Callable, name: str, tmp_path: Path) -> None:
    assert count(command, name, tmp_path)['image_size'] >= 48
