from pathlib import Path

import pytest

from ofer.processor import cpu_has_bfloat16


@pytest.mark.parametrize(
    ('line', 'native'),
    [
        ('flags : fpu avx512_bf16 sse', True),
        ('flags : amx_bf16', True),
        ('Features : asimd bf16 sve', True),
        ('flags : avx512f abf16x', False),
    ],
)
def test_bfloat16_is_a_whole_word_of_the_flags(line: str, native: bool, tmp_path: Path) -> None:
    (tmp_path / 'cpuinfo').write_text(f'processor : 0\n{line}\n')
    assert cpu_has_bfloat16(tmp_path / 'cpuinfo') == native
    assert not cpu_has_bfloat16(tmp_path / 'missing')
