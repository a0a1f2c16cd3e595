import json
import subprocess
import sys
from pathlib import Path

import pytest


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
    assert set(json.loads((tmp_path / 'orsanet.json').read_text())['sets']) == {'clean', *(f'blocks_{n}_black' for n in (10, 20, 30))}
    second = subprocess.run(command, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    assert '$ ofer' not in second.stdout
