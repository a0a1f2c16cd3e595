import numpy as np
import pytest

from ofer.categories import EXPRESSIONS_7, EXPRESSIONS_8, FERPLUS_CODES
from ofer.datasets import FERPlus
from ofer.datasets.ferplus import VOTE_COLUMNS, majority


def votes(**numbers) -> dict[str, int]:
    return {column: numbers.get(column, 0) for column in VOTE_COLUMNS}


def test_majority_rule():
    assert majority(votes(neutral=4, sadness=3, anger=3)) == 'neutral'
    assert majority(votes(neutral=4, sadness=4, anger=2)) == 'tie'
    assert majority(votes(neutral=4, unknown=4, anger=2)) == 'tie'
    assert majority(votes(neutral=4, unknown=6)) == 'unknown'
    assert majority(votes(NF=10)) == 'NF'


@pytest.mark.parametrize('layout', ['fer_csv', 'fer_folders', 'fer_zips'])
@pytest.mark.parametrize('split', ['train', 'val', 'test'])
def test_every_layout_gives_the_majority(request, layout, split):
    dataset = FERPlus(str(request.getfixturevalue(layout)), split, pipeline=[{'type': 'LoadFace'}])
    assert dataset.metainfo['classes'] == EXPRESSIONS_8
    assert [dataset.classes[label] for label in dataset.get_gt_labels()] == list(FERPLUS_CODES)  # nine and ten are a tie and no face
    assert [int(dataset[i]['img'][0, 0, 0]) for i in range(8)] == list(range(5, 165, 20))
    unnamed = 'not in the list 1, ' if layout != 'fer_csv' and split == 'train' else ''
    assert f'left out: NF 1, {unnamed}tie 1' in dataset.summary
    assert 'row00017' not in str([dataset.get_data_info(i)['img_path'] for i in range(len(dataset))])


def test_seven_classes_leave_contempt_out(fer_zips):
    dataset = FERPlus(str(fer_zips), num_classes=7, labels='soft')
    assert dataset.metainfo['classes'] == EXPRESSIONS_7
    assert len(dataset) == 7
    assert 'contempt 1' in dataset.summary
    score = dataset.get_data_info(6)['gt_score']  # fear 7, contempt 2, unknown 1
    np.testing.assert_allclose(score, np.eye(7)[EXPRESSIONS_7.index('fear')])


def test_soft_labels_are_the_shares_of_the_votes(fer_csv):
    dataset = FERPlus(str(fer_csv), labels='soft', pipeline=[{'type': 'LoadFace'}, {'type': 'PackFace'}])
    sample = dataset[0]['data_samples']  # neutral 7, happiness 2, unknown 1
    expected = np.zeros(8)
    expected[EXPRESSIONS_8.index('neutral')], expected[EXPRESSIONS_8.index('happiness')] = 7 / 9, 2 / 9
    np.testing.assert_allclose(sample.gt_score.numpy(), expected, rtol=1e-6)
    assert sample.gt_label.tolist() == [EXPRESSIONS_8.index('neutral')]
    assert 'gt_score' not in FERPlus(str(fer_csv)).get_data_info(0)


def test_the_later_of_two_rows_counts(fer_csv, tmp_path):
    (tmp_path / 'fer2013.csv').write_text((fer_csv / 'fer2013.csv').read_text())
    lines = (fer_csv / 'fer2013new.csv').read_text().split('\n')
    lines[5] = lines[5].replace('fer0000004', 'fer0000001')  # sixth line: anger, and its own pixels
    (tmp_path / 'fer2013new.csv').write_text('\n'.join(lines))
    dataset = FERPlus(str(tmp_path), pipeline=[{'type': 'LoadFace'}])
    found = {dataset.get_data_info(i)['img_path'].rsplit('/', 1)[-1]: i for i in range(len(dataset))}
    assert len(dataset) == 7
    index = found['fer0000001.png']
    assert dataset.classes[dataset.get_gt_labels()[index]] == 'anger'
    assert int(dataset[index]['img'][0, 0, 0]) == 85


def test_errors_name_file_and_line(fer_csv, fer_folders, tmp_path):
    with pytest.raises(ValueError, match=r"labels='hard'"):
        FERPlus(str(fer_csv), labels='hard')
    with pytest.raises(FileNotFoundError, match=r'fer2013new.csv: no such file. It comes with FERPlus'):
        FERPlus(str(tmp_path))
    votes_file = tmp_path / 'fer2013new.csv'
    good = (fer_csv / 'fer2013new.csv').read_text()
    votes_file.write_text(good)
    with pytest.raises(
        FileNotFoundError, match=r'10 of 10 images are missing, the first is fer0000000. Images under other names cannot be joined'
    ):
        FERPlus(str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r'other.csv: no such file'):
        FERPlus(str(fer_folders), votes_file='other.csv')
    votes_file.write_text(good.replace('7,2,0,0,0,0,0,0,1,0', '7,x,0,0,0,0,0,0,1,0', 1))
    with pytest.raises(ValueError, match=r"fer2013new.csv, line 2: happiness is 'x', expected a number of votes"):
        FERPlus(str(fer_folders), votes_file=str(votes_file))
    votes_file.write_text('\n'.join(good.split('\n')[:5]))
    with pytest.raises(ValueError, match=r'30 rows, but the votes have 4'):
        FERPlus(str(fer_csv), votes_file=str(votes_file))
    votes_file.write_text(good.replace('fer0000003', 'fer0900003'))
    with pytest.raises(FileNotFoundError, match=r'1 of 10 images are missing, the first is fer0900003. Copy them again'):
        FERPlus(str(fer_folders), votes_file=str(votes_file))


# in the library's order, as the majority rule gives them
OFFICIAL = {
    'train': [3378, 648, 175, 7410, 3402, 2398, 9364, 162],
    'val': [441, 73, 31, 880, 395, 310, 1242, 24],
    'test': [421, 92, 22, 909, 424, 316, 1165, 26],
}


@pytest.mark.parametrize('split', OFFICIAL)
def test_sizes_of_the_real_data(shared, split):
    dataset = FERPlus(str(shared / 'data/fer2013'), split)
    assert np.bincount(dataset.get_gt_labels(), minlength=8).tolist() == OFFICIAL[split]


@pytest.mark.parametrize(
    ('list_file', 'size', 'labelled', 'agreeing'),
    [
        ('jianfei_occlusion_list.txt', 605, 602, 593),
        ('pose_30_ferplus_list.txt', 1170, 1169, 1162),
        ('pose_45_ferplus_list.txt', 633, 632, 628),
    ],
)
def test_published_lists_on_the_real_data(shared, list_file, size, labelled, agreeing):
    root, subset = str(shared / 'data/fer2013'), {'list_file': f'ferplus/{list_file}'}
    published = FERPlus(root, 'test', subset=subset)
    assert len(published) == size
    assert f'{size} matched of {size} listed' in published.summary
    assert f'agree on {agreeing} of {labelled}' in published.summary
    own = FERPlus(root, 'test', subset=subset | {'labels': 'dataset'})
    assert len(own) == labelled
    assert f'left out: tie {size - labelled}' in own.summary
    if 'occlusion' in list_file:
        types = np.bincount([published.get_data_info(i)['occlusion_type'] for i in range(size)])
        assert types.tolist() == [70, 138, 213, 184]


def test_empty_lines_are_counted_as_lines(fer_csv, tmp_path):
    head, *rows = (fer_csv / 'fer2013new.csv').read_text().splitlines()
    pixels = (fer_csv / 'fer2013.csv').read_text().splitlines()
    (tmp_path / 'fer2013new.csv').write_text('\n'.join([head, '', *rows]))
    (tmp_path / 'fer2013.csv').write_text('\n'.join([*pixels[:3], '', '', *pixels[3:]]))
    images = [FERPlus(str(root), pipeline=[{'type': 'LoadFace'}]) for root in (fer_csv, tmp_path)]
    assert [int(item['img'][0, 0, 0]) for item in images[0]] == [int(item['img'][0, 0, 0]) for item in images[1]]
    (tmp_path / 'fer2013new.csv').write_text('\n'.join([head, '', rows[0].replace('7', 'x', 1), *rows[1:]]))
    with pytest.raises(ValueError, match=r'fer2013new.csv, line 3: .* expected a number of votes'):
        FERPlus(str(tmp_path))
    (tmp_path / 'fer2013new.csv').write_text('\n'.join([head, *rows]))
    (tmp_path / 'fer2013.csv').write_text('\n'.join([*pixels[:3], '', '', '0,1 2 3,Training', *pixels[4:]]))
    with pytest.raises(ValueError, match=r'fer2013.csv, line 6: expected 2304 numbers'):
        FERPlus(str(tmp_path))


def test_what_one_annotator_saw_can_be_dropped(fer_csv, tmp_path):
    (tmp_path / 'fer2013.csv').write_text((fer_csv / 'fer2013.csv').read_text())
    lines = (fer_csv / 'fer2013new.csv').read_text().split('\n')
    lines[1] = 'Training,fer0000000.png,6,3,1,0,0,0,0,0,0,0'
    lines[2] = 'Training,fer0000001.png,1,0,0,0,0,0,0,0,0,0'
    (tmp_path / 'fer2013new.csv').write_text('\n'.join(lines))
    dataset = FERPlus(str(tmp_path), labels='soft', least_votes=2)
    assert sorted(dataset.get_data_info(0)['gt_score'].tolist())[-3:] == [0.0, pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert max(dataset.get_data_info(1)['gt_score']) == 1  # the majority's, however few
    with pytest.raises(ValueError, match='least_votes=0'):
        FERPlus(str(tmp_path), least_votes=0)
