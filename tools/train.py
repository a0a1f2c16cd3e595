"""The same as ``ofer train``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['train', *sys.argv[1:]])
