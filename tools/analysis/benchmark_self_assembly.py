"""The same as ``ofer analyze self-assembly``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'self-assembly', *sys.argv[1:]])
