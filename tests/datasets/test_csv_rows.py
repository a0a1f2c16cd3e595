"""Csv files of any usual writing are read alike."""

from pathlib import Path

import pytest

from ofer.datasets.csv_rows import read_rows

PLAIN = 'Usage,Image name,emotion\nTraining,a.png,3\nPublicTest,b.png,5\n'


@pytest.mark.parametrize(
    'content',
    [
        PLAIN,
        '\ufeff' + PLAIN,
        PLAIN.replace('\n', '\r\n'),
        PLAIN.replace('\n', '\r'),
        PLAIN.replace(',', ';'),
        PLAIN.replace(',', '\t'),
        PLAIN.replace(',', ' , '),
        PLAIN.replace('Usage', 'USAGE').replace('Image name', 'image_name').replace('emotion', ' Emotion'),
        PLAIN.replace('Training', '"Training"').replace('a.png', '"a.png"'),
        PLAIN.replace('Training', "'Training'").replace('a.png', "'a.png'").replace('3', "'3'"),
        'sep=;\n' + PLAIN.replace(',', ';'),
        '\ufeff"sep=,"\r\n' + PLAIN.replace('\n', '\r\n'),
        PLAIN.replace(',3', ',3.0').replace(',5', ',5.0'),
        PLAIN.replace(',', ';').replace(';3', ';3,0').replace(';5', ';5,0'),
        'emotion,note,Image name,Usage\n3,"yes, indeed",a.png,Training\n5,,b.png,PublicTest\n',
        PLAIN.replace('\n', ',,\n'),
        PLAIN.replace('\nPublic', '\n\n,,\nPublic'),
    ],
)
def test_one_table_written_in_many_ways(tmp_path: Path, content: str) -> None:
    (tmp_path / 'a.csv').write_text(content, encoding='utf-8', newline='')
    rows = read_rows(str(tmp_path / 'a.csv'), ('Usage', 'Image name', 'emotion'))
    assert [(row.text('Usage'), row.text('Image name'), row.number('emotion', 6)) for row in rows] == [
        ('Training', 'a.png', 3), ('PublicTest', 'b.png', 5),
    ]  # fmt: skip


def test_what_is_wrong_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / 'a.csv'
    path.write_text('Usage,emotion\nTraining,7\nTraining,2,9\nTraining\nTraining,-1\nTraining,1.5\nTraining,nan\nTraining,1e400\n')
    first, second, third, *others = read_rows(str(path), ('Usage', 'emotion'))
    with pytest.raises(ValueError, match=r"a.csv, line 2: emotion is '7', expected 0 to 6"):
        first.number('emotion', 6)
    with pytest.raises(ValueError, match=r'a.csv, line 3: 3 entries, expected 2, one a column'):
        second.text('Usage')
    with pytest.raises(ValueError, match=r"line 4: emotion is '', expected a code"):
        third.number('emotion', 6, 'a code')
    for row in others:
        with pytest.raises(ValueError, match=rf'line {row.line}: emotion is'):
            row.number('emotion', 6)
    path.write_text('Usage,emotion,Emotion\n')
    with pytest.raises(ValueError, match=r"a.csv, line 1: more than one column 'emotion'"):
        read_rows(str(path), ('Usage', 'emotion'))
    path.write_text('')
    with pytest.raises(ValueError, match=r"a.csv, line 1: no column 'Usage'"):
        read_rows(str(path), ('Usage', 'emotion'))
