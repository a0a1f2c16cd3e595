"""The table of commands. A command is a module and a row of this table.

The module's docstring is the description that ``--help`` prints. It has ``add_arguments(parser)`` and ``main(args)``, which may return an
exit status. Slow imports are in ``main``. A name of two words is a command of a group.
"""

COMMANDS = {
    'predict': ('ofer.cli.predict', 'expressions and occlusion of the faces in images, videos and cameras'),
    'serve': ('ofer.cli.serve', 'a web server: an API for programs, and a page for the browser'),
    'predict-many': ('ofer.cli.predict_many', 'as predict, for millions of images: a folder of Parquet files'),
    'models': ('ofer.cli.models', 'list the available models'),
    'download': ('ofer.cli.download', 'download weights, for machines without the web too'),
    'describe': ('ofer.cli.describe', 'tell which config made a checkpoint'),
    'doctor': ('ofer.cli.doctor', 'versions, devices, weights, and a self-test'),
    'deocclude': ('ofer.cli.deocclude', 'repaint the occluded parts of faces in photos'),
    'train': ('ofer.cli.train', 'train the model of a config'),
    'test': ('ofer.cli.test', 'test a checkpoint'),
    'report': ('ofer.cli.report', 'how well models stand occlusion, and whether one is better than another'),
    'leaderboard': ('ofer.cli.leaderboard', 'compare the occlusion reports of a folder'),
    'train-stages': ('ofer.cli.train_stages', 'train the stages of Latent-OFER in order'),
    'calibrate': ('ofer.cli.calibrate', 'fit the temperature and the thresholds of occlusion, and store them with the weights'),
    'crop': ('ofer.cli.crop', 'crop the faces of photographs, in the layout of their data set'),
    'export': ('ofer.cli.export', 'export a network for onnxruntime or OpenVINO, without torch'),
    'convert': ('ofer.cli.convert', 'convert a published checkpoint'),
    'verify': ('ofer.cli.verify', 'check a data set before training'),
    'demo': ('ofer.cli.demo', 'photographs with covered faces, and a short training on drawn faces: one page'),
    'demo-train': ('ofer.cli.demo_train', 'train a small ORSANet on drawn faces and write a report'),
    'demo-deocclude': ('ofer.cli.demo_deocclude', 'train a small Latent-OFER on drawn faces and write a report'),
    'zoo train': ('ofer.cli.zoo.train', 'train, test and package the weights that come with the package'),
    'zoo ship': ('ofer.cli.zoo.ship', 'put trained weights and their cards into the package'),
    'analyze ablation': ('ofer.cli.analyze.ablation', 'train and test variants of an experiment over seeds'),
    'analyze backends': ('ofer.cli.analyze.backends', 'speed of a recogniser by backend and precision'),
    'analyze benchmark': ('ofer.cli.analyze.benchmark', 'speed and memory of a model'),
    'analyze compare': ('ofer.cli.analyze.compare', 'compare two models image by image'),
    'analyze complexity': ('ofer.cli.analyze.complexity', 'parameters and multiply-adds of a model'),
    'analyze importance': ('ofer.cli.analyze.importance', 'order the patches of images by their importance to a model'),
    'analyze measures': ('ofer.cli.analyze.measures', 'several models on one test set, side by side'),
    'analyze other-tools': ('ofer.cli.analyze.other_tools', 'our recogniser beside other tools on the faces of FER2013'),
    'analyze overhead': ('ofer.cli.analyze.overhead', 'time overhead of the inferencer over the bare model'),
    'analyze panel': ('ofer.cli.analyze.panel', 'picture of the priors and attention of an ORSANet'),
    'analyze photographs': ('ofer.cli.analyze.photographs', 'faces found in photographs, and whose region is called occluded'),
    'analyze probe': ('ofer.cli.analyze.probe', 'information about expressions in the priors of an ORSANet'),
    'analyze report-cost': ('ofer.cli.analyze.report_cost', 'time of the occlusion report over that of pure inference'),
    'analyze self-assembly': ('ofer.cli.analyze.self_assembly', 'speed of self-assembly against a plain loop'),
    'analyze serving-load': ('ofer.cli.analyze.serving_load', 'a server under many clients, some of which send garbage'),
    'analyze stages': ('ofer.cli.analyze.stages', 'picture of the outputs of the stages of Latent-OFER'),
    'analyze training-speed': ('ofer.cli.analyze.training_speed', 'speed of training as published and as here, and share of the peak'),
    'analyze tsne': ('ofer.cli.analyze.tsne', 't-SNE picture of the input features of the head'),
    'prepare cache-features': ('ofer.cli.prepare.cache_features', 'compute the outputs of the frozen networks once'),
    'prepare contact-sheet': ('ofer.cli.prepare.contact_sheet', 'picture of the faces of a data set'),
    'prepare landmarks': ('ofer.cli.prepare.landmarks', 'write the 68 landmarks of the images of a data set'),
    'prepare occluded-set': ('ofer.cli.prepare.occluded_set', 'write an occluded copy of a data set'),
}
"""Module and one line of help by name."""

GROUPS = {
    'zoo': 'the weights that come with the package',
    'analyze': 'compare, measure and visualise models',
    'prepare': 'prepare data for training',
}
"""One line of help of each group."""
