"""How every command ends: its exit code, and one line for what the user can mend."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sp_sim.errors import InputError, StorageError

EXIT_DONE, EXIT_FAILED_DIALOGUES, EXIT_USER, EXIT_STOPPED, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


def guarded(main: Callable[[], int]) -> int:
    """Runs a command; what the user can mend becomes one line on stderr and exit code 2."""
    try:
        return main()
    except (InputError, StorageError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return EXIT_USER
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_DONE
