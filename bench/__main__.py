"""`python -m bench [names]`: measure, and print the table. Without names everything is measured."""

import os
import sys
import tempfile
from importlib import import_module

NAMES = ("coda", "load", "queue", "ledger", "cockpit")


def main(wanted: list[str]) -> int:
    """Measure what is asked for."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"Nothing is called {', '.join(unknown)}. There is: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"  # tables of its own, files in a folder of its own
    os.environ.setdefault("STATE_DIR", tempfile.mkdtemp(prefix="samen-bench-"))
    import django
    from django.conf import settings

    django.setup()
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    from bench.rounds import table
    from bench.stage import staged

    rows = []
    with staged() as stage:
        for name in wanted or NAMES:
            print(f"{name} …", file=sys.stderr, flush=True)
            rows += import_module(f"bench.{name}").run(stage)
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
