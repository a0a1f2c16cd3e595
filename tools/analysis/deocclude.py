"""The same as ``ofer analyze stages``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'stages', *sys.argv[1:]])
