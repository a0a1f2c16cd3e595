"""Augmentations of plain networks: small moves, and squares of the mean grey, the only occluders that they see."""

grey_squares = [
    dict(type='BatchAffine', flip=0.5, degrees=14.3, scale=(0.9, 1.1), translate=0.0625),
    dict(type='BatchErasing', prob=0.5, size=(0.125, 0.4), fills=('mean',)),
]
