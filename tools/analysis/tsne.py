"""The same as ``ofer analyze tsne``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'tsne', *sys.argv[1:]])
