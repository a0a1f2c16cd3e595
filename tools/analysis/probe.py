"""The same as ``ofer analyze probe``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'probe', *sys.argv[1:]])
