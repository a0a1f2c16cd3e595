"""Titles and sentences that several formats share."""

from collections.abc import Mapping
from typing import Any

SECTION_TITLES = {
    'clean': 'Clean',
    'artificial': 'Artificial occlusion',
    'objects': 'Objects over faces',
    'regions': 'Facial regions',
    'real': 'Really occluded and turned faces',
    'corruptions': 'Corruptions',
    'selective': 'Selective prediction',
    'stability': 'Stability',
    'detection': 'Detection',
}

SECTION_NOTES = {
    'clean': 'The images as they are.',
    'artificial': 'An exact share of every image is covered. The faster a curve falls, the more a model depends on what is covered.',
    'objects': 'Drawn objects are placed by landmarks; cut-outs lie at random places.',
    'regions': 'Regions are placed by the landmarks of each face and covered as a whole.',
    'real': 'Images that others chose because the face is really occluded or turned, with the labels of their lists.',
    'corruptions': 'Fifteen common corruptions; nothing is covered.',
    'selective': 'What a model gets wrong if it may leave out the images of which it is least sure.',
    'stability': 'How often an answer changes when something is covered, right or wrong.',
    'detection': 'The first step of every use outside of a benchmark.',
}
"""What each section is about."""


def head_lines(content: Mapping[str, Any]) -> list[str]:
    """What the numbers depend on, a sentence each."""
    header, data = content['header'], content['header']['data']
    settings = header['settings']
    lines = [
        f'Protocol version {content["protocol"]}, seed {settings["seed"]}{", quick" if settings["quick"] else ""}; '
        f'ofer {header["versions"]["ofer"]}; digest {content["digest"][:16]}',
        f'Data: {data["title"]}, {data["images"]} images of {data["size"][0]} x {data["size"][1]} pixels, {data["colours"]}; '
        f'SHA-256 {data["sha256"][:16]}; ' + ', '.join(f'{name} {n}' for name, n in data['per_class'].items()),
    ]
    if data['duplicates_of_training'] is not None:
        lines.append(f'Also among the training images: {data["duplicates_of_training"]} ({data["duplicates_note"]})')
    else:
        lines.append(f'Duplicates of training images: {data["duplicates_note"]}')
    lines += [f'List {name}: {one["note"] or one["images"]}' for name, one in data['lists'].items()]
    for name, facts in header['models'].items():
        weights = facts.get('weights_sha256')
        aligner = facts.get('aligner')
        stages = [f'{stage} {sha256[:16]}' for stage, sha256 in (facts.get('stages_sha256') or {}).items() if sha256]
        parts = [
            facts.get('kind', ''),
            facts.get('source', ''),
            f'version {facts["version"]}' if facts.get('version') else '',
            f'weights {weights[:16]}' if weights else '',
            f'stages and priors ({", ".join(stages)})' if stages else '',
            f'config {facts["config_sha256"][:16]}' if facts.get('config_sha256') else '',
            f'trained on {_listed(facts.get("trained_on"))}',
            f'outputs {", ".join(facts["classes"])} ({facts.get("label_order", "order unknown")})',
            f'trained on crops of {aligner["type"]}, {aligner.get("size")} pixels' if aligner else '',
        ]
        lines.append(f'Model {name}: ' + ', '.join(part for part in parts if part))
    reference = header.get('reference') or {}
    if reference.get('weights_sha256'):
        lines.append(f'Reference model of the importance: weights {reference["weights_sha256"][:16]}')
    places, cutouts = header.get('landmarks'), header.get('cutouts')
    if isinstance(places, dict):
        lines.append(f'Landmarks: by the network {places["landmarks_sha256"][:16]}')
    elif places:
        lines.append(f'Landmarks: {places}')
    if cutouts:
        lines.append(f'Cut-outs: {cutouts["pictures"]} pictures, SHA-256 {cutouts["sha256"][:16]}')
    lines.append('Versions: ' + ', '.join(f'{name} {version}' for name, version in header['versions'].items()))
    machine = content['run']['machine']
    lines.append(f'Machine: {machine["system"]}, {machine["processor"]}, {machine["cores"]} cores, {machine["torch"]}')
    return lines


def _listed(names: Any) -> str:
    return ', '.join(names) if names else 'unknown data'
