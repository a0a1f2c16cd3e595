import json
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_table_of_a_model_with_priors(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command('analyze', 'complexity', str(ROOT / 'configs' / 'demo' / 'demo_orsanet.py'), '--out', str(tmp_path / 'new' / 'cost.json'))
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
