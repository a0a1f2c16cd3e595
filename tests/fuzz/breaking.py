"""Seeded ways to break a file, a text or a value as people and disks do."""

import random
import re

VALUES = (
    'None',
    '-1',
    '0',
    'nan',
    '1e400',
    "'ten'",
    "''",
    '[]',
    '{}',
    'True',
    '[1, 2, 3]',
    "dict(type='Nothing')",
    '3.7',
    '10**30',
    "b'x'",
)
OPTION_VALUES = ('None', '-1', '0', 'nan', 'ten', '', '[]', 'True', '[1,2,3]', '3.7', '1e-3x', '(1,', '"x', '99999999999999999999', 'ä')


def broken_bytes(content: bytes, dice: random.Random) -> bytes:
    """A file that was cut, or in which bytes were changed, lost or added."""
    way, place = dice.randrange(5), dice.randrange(max(1, len(content)))
    if way == 0:
        return content[:place]
    if way == 1:
        return content[:place] + bytes([content[place] ^ (1 << dice.randrange(8))]) + content[place + 1 :]
    if way == 2:
        return content[:place] + dice.randbytes(dice.randrange(1, 64)) + content[place:]
    if way == 3:
        return content[:place] + content[place + dice.randrange(1, 64) :]
    block = dice.randrange(1, 512)
    return content[:place] + bytes(block) + content[place + block :]


def broken_text(text: str, dice: random.Random) -> str:
    """A text in which a letter, a line or a value is wrong."""
    way = dice.randrange(6)
    lines = text.splitlines()
    line = dice.randrange(len(lines))
    if way == 0:  # a value
        found = list(re.finditer(r"(?<==)\s*(?:-?\d[\d.e-]*|'[^']*'|True|False|\[[^\[\]]*\])", text))
        if found:
            spot = dice.choice(found)
            return text[: spot.start()] + dice.choice(VALUES) + text[spot.end() :]
    if way == 1:  # a letter of a name
        found = list(re.finditer(r'\w{4,}', text))
        spot = dice.choice(found)
        place = dice.randrange(spot.start(), spot.end())
        return text[:place] + dice.choice(['', 'x', text[place] * 2]) + text[place + 1 :]
    if way == 2:
        return '\n'.join(lines[:line] + lines[line + 1 :])
    if way == 3:
        return '\n'.join(lines[: line + 1] + lines[line:])
    place = dice.randrange(len(text))
    if way == 4:
        return text[:place]
    return text[:place] + dice.choice('()[]{}\'",=\\\t\0é;#') + text[place + 1 :]
