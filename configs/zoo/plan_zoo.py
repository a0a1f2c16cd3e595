"""Plan: the weights that come with the package, for `ofer zoo train`.

Data, in the folder --data: fer2013 (the archives, and ferplus), occluders (RGBA cut-outs of hands, cups, glasses; masks in its folder
mask), portraits (photographs of one person each), and checkpoints/mobilefacenet.pth, the published landmark network (`ofer convert
mobilefacenet SRC DST`). The stages of `deoccluder` read the recogniser and the ORSANet that are in the package, not those trained
here: ship them first.
"""

faces = 'segface_small_fer2013'
boxes = ['--boxes-only', '--detector', 'yunet']
stages = dict(
    landmark_labels=dict(
        command=['prepare', 'landmarks', faces, 'checkpoints/mobilefacenet.pth', 'data/fer2013_landmarks.npz', '--amp'],
        checkpoint='data/fer2013_landmarks.npz',
    ),
    boxes_train=dict(
        command=['crop', 'data/fer2013/train.zip', 'data/face_boxes/fer2013_train', *boxes],
        checkpoint='data/face_boxes/fer2013_train/faces.csv',
    ),
    boxes_val=dict(
        command=['crop', 'data/fer2013/val.zip', 'data/face_boxes/fer2013_val', *boxes],
        checkpoint='data/face_boxes/fer2013_val/faces.csv',
    ),
    boxes_portraits=dict(
        command=['crop', 'data/portraits', 'data/face_boxes/portraits', *boxes],
        checkpoint='data/face_boxes/portraits/faces.csv',
    ),
    **{
        f'teacher_{seed}': dict(
            config='ir48_wide_ferplus', checkpoint=f'checkpoints/ir48_wide_ferplus_{seed}.pth', options=[f'randomness.seed={seed}']
        )
        for seed in (0, 1, 2)
    },
    recogniser=dict(config='ir48_distilled_ferplus', checkpoint='checkpoints/ir48_distilled_ferplus.pth'),
    landmarks=dict(config='mobilefacenet_quarter_fer2013', checkpoint='checkpoints/mobilefacenet_quarter_fer2013.pth'),
    parser=dict(config='segface_small_fer2013', checkpoint='checkpoints/segface_small_fer2013.pth'),
    orsanet=dict(config='orsanet_slim_ferplus', checkpoint='checkpoints/orsanet_slim_ferplus.pth'),
    mae=dict(config='latent_ofer_mae_48_ferplus', checkpoint='checkpoints/latent_ofer_mae_48_ferplus.pth'),
    svdd=dict(config='latent_ofer_svdd_pasted_48_ferplus', checkpoint='checkpoints/latent_ofer_svdd_pasted_48_ferplus.pth'),
    inpainter=dict(config='latent_ofer_inpainter_48_ferplus', checkpoint='checkpoints/latent_ofer_inpainter_48_ferplus.pth'),
    fer=dict(config='latent_ofer_fer_48_ferplus', checkpoint='checkpoints/latent_ofer_fer_48_ferplus.pth'),
    face_detector=dict(config='face_detector_scenes', checkpoint='checkpoints/face_detector_scenes.pth'),
)
del faces, boxes

# Expected, alone on the machine: on two CPU cores with bfloat16 instructions, and on a large GPU. Those of mae, svdd and fer are
# estimates from shorter trainings by earlier recipes; without bfloat16 instructions mae took 71 minutes and svdd 28.
minutes = dict(
    landmark_labels=(12, 2),
    boxes_train=(10, 2),
    boxes_val=(2, 1),
    boxes_portraits=(1, 1),
    teacher_0=(120, 2),
    teacher_1=(120, 2),
    teacher_2=(120, 2),
    recogniser=(175, 2),
    landmarks=(12, 1),
    parser=(3, 1),
    orsanet=(165, 5),
    mae=(35, 2),
    svdd=(8, 1),
    inpainter=(14, 1),
    fer=(20, 1),
    face_detector=(70, 6),
)

fer2013 = (
    'The weights: Apache-2.0, as the package. The images of FER2013 have no licence that could be verified and are used for research; '
    'none is part of the package. Votes of FERPlus: MIT. Before commercial use, train on faces that you have the rights to.'
)
pasted = 'Pasted objects: Apache-2.0 (Noto Emoji); pasted masks: MIT (MaskTheFace).'
votes = (
    'FERPlus, 26,277 training images: votes as soft labels; answers of a single annotator and 660 images that are also in the validation '
    'or test split are left out. Pasted cut-outs, drawn occluders and rectangles in training.'
)
taught = (
    f'{votes.replace("cut-outs,", "cut-outs, masks over mouth and nose,")} Four fifths of each label are the mean prediction of three '
    'wider networks, trained on the same images, for the face without occluders.'
)
research = 'Research on expressions under occlusion; a first look at photographs.'
unfit = 'Decisions about people, emotion surveillance, medical use. Not measured by age, sex or skin colour.'
grey48 = dict(aligner=dict(type='FER2013Aligner', size=48), pipeline=[])
weights = dict(
    recogniser=dict(
        stage='recogniser',
        config='ir48_distilled_ferplus',
        options=['model.data_preprocessor.grey=True'],
        facts=grey48,
        calibrated='val',
        tests=['--tta', '--all'],
        card=dict(
            title='The default of `ofer.FERInferencer` and `ofer predict`: expression, and a map of what is occluded.',
            data=taught,
            licence=f'{fer2013} {pasted}',
            intended=research,
            unfit=unfit,
        ),
    ),
    orsanet=dict(
        stage='orsanet',
        config='orsanet_slim_ferplus',
        options=['model.data_preprocessor.grey=True'],
        facts=grey48,
        calibrated='val',
        tests=['--tta', '--all'],
        card=dict(
            title='A small ORSANet: landmark and parsing priors that were trained under occlusion, on a narrower trunk than `recogniser`.',
            data=f'{taught} The priors: FER2013, labelled by the published MobileFaceNet.',
            licence=f'{fer2013} {pasted}',
            intended=research,
            unfit=unfit,
        ),
    ),
    deoccluder=dict(
        config='latent_ofer_48_ferplus',
        options=['model.inpainter.model.discriminators=None', 'model.inpainter.model.semantic=None'],
        facts=grey48,
        tests=['--tta', '--all'],
        card=dict(
            title='A small Latent-OFER: finds occluded patches, repaints them, and predicts the expression from what is left.',
            data=f'{votes} Recognition starts from the image backbone of `orsanet`; four fifths of each of its labels are the prediction '
            'of `recogniser` for the face without occluders. The loss of the inpainter also reads `recogniser`.',
            licence=f'{fer2013} {pasted}',
            intended=f'{research} Pictures of repainted faces are guesses.',
            unfit=f'{unfit} Not for telling what somebody looks like.',
        ),
    ),
    landmarks=dict(
        stage='landmarks',
        config='mobilefacenet_quarter_fer2013',
        facts=dict(part='network', aligner=dict(type='FER2013Aligner', size=96), input_format=dict(size=96, channel_order='grey')),
        tests=['--all'],
        card=dict(
            title='68 landmarks of a detected face, used by `LandmarkFinder`.',
            data="Every third image of FER2013's training split (9,570), labelled by the published MobileFaceNet on the clean image; the "
            'network sees the image under pasted objects, drawn occluders and rectangles.',
            licence=f'{fer2013} {pasted} The teacher is the landmark network that ORSANet uses.',
            intended='The regions in which occlusion is reported, and pictures.',
            unfit='Measuring faces: the points of a covered part are estimates.',
        ),
    ),
    parser=dict(
        stage='parser',
        config='segface_small_fer2013',
        facts=dict(
            aligner=dict(type='FER2013Aligner', size=48),
            pipeline=[dict(type='Resize', scale=96, backend='pillow')],
            classes=[
                *('background', 'face', 'left_brow', 'right_brow', 'left_eye', 'right_eye'),
                *('nose', 'upper_lip', 'inner_mouth', 'lower_lip', 'hair'),
            ],
        ),
        tests=[],
        card=dict(
            title='Eleven classes of the parts of a face, objects in front of it are background.',
            data="FER2013's training split, polygons of the landmarks of the published MobileFaceNet; pasted objects are background.",
            licence=f'{fer2013} {pasted}',
            intended='The parsing prior of ORSANet, and pictures.',
            unfit='Hair and glasses, which its labels do not have. Sharp crops: it knows faces of 48 pixels that were enlarged to 96, and '
            'finds little in others; reduce them to 48 first.',
        ),
    ),
    face_detector=dict(
        stage='face_detector',
        config='face_detector_scenes',
        tests=['--all'],
        card=dict(
            title='Boxes and five points of all faces of an image, used by `SmallFaceDetector`.',
            data="Composed scenes (`FaceScenes`): faces of FER2013's training split, portraits, drawn people; drawn and pasted occluders. "
            "Boxes and points of the real faces are those of OpenCV's YuNet (MIT), which this network imitates.",
            licence=f'{fer2013} {pasted} Portraits: MIT repository, provenance of the single photographs not stated.',
            intended='Finding faces from about 10 pixels on in photographs and videos, occluded ones too.',
            unfit='Telling who somebody is; counting people where a mistake costs; decisions about people. Faces in profile and turned by '
            'more than 40 degrees in the plane are missed more often.',
        ),
    ),
)
del fer2013, pasted, votes, taught, research, unfit, grey48
