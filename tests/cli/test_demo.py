import json
import subprocess
import sys
from pathlib import Path

import pytest

from ofer.demos.orsanet import table


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_demo_leaves_one_page(tmp_path: Path) -> None:
    pytest.importorskip('skimage')
    command = [sys.executable, '-m', 'ofer', 'demo', '--smoke', '--work-dir', str(tmp_path)]
    first = subprocess.run(command, capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    page = (tmp_path / 'report.html').read_text()
    assert 'mean IoU' in page

    assert page.count('<img') == page.count('data:image/jpeg;base64,') >= 3
    assert not (tmp_path / 'resnet18').exists()
    assert set(json.loads((tmp_path / 'orsanet.json').read_text())['sets']) == {'clean', 'blocks_20_black'}
    second = subprocess.run(command, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    assert '$ ofer' not in second.stdout


def test_the_table_has_the_conditions_that_were_tested() -> None:
    measures = dict(accuracy=50.0, accuracy_low=40.0, accuracy_high=60.0)
    text = table({'orsanet': dict.fromkeys(('clean', 'blocks_20_black'), measures), 'landmarks': {'test': {}}})
    assert '20 % black' in text
    assert '10 % black' not in text
    assert '50.0 (40.0-60.0)' in text
