import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = [sys.executable, '-m', 'ofer', 'demo-train', '--smoke', '--work-dir']
SETS = ('clean', 'blocks_10_black', 'blocks_20_black', 'blocks_30_black')


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_demo_leaves_a_report_and_a_second_run_repeats_nothing(tmp_path: Path) -> None:
    first = subprocess.run([*DEMO, str(tmp_path)], capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    for name in ('orsanet', 'resnet18'):
        assert tuple(json.loads((tmp_path / f'{name}.json').read_text())['sets']) == SETS
    report = (tmp_path / 'report.md').read_text()
    assert '| ORSANet (small)' in report
    assert '| ResNet-18' in report
    assert 'nan' not in report
    assert min(cv2.imread(str(tmp_path / 'panel.png')).shape[:2]) > 500

    (tmp_path / 'parsing.json').unlink()  # as if it had been stopped before this was measured
    second = subprocess.run([*DEMO, str(tmp_path)], capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    assert '$ ofer test' in second.stdout
    assert '$ ofer train' not in second.stdout
    assert table(report) == table((tmp_path / 'report.md').read_text())


def table(report: str) -> list[str]:
    return [line for line in report.splitlines() if line.startswith(('| ORSANet', '| ResNet'))]
