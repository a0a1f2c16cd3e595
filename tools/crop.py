"""The same as ``ofer crop``, whose ``--detector`` is small, yunet or cascade."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['crop', *sys.argv[1:]])
