"""The sandbox's mail server, but slow to say 250: a mail is kept, and for a while its sender cannot know."""

import asyncio
import sys
from typing import Any

from portal.sandbox import smtp

SECONDS = 0.4


class SlowToSay(smtp.KeepMail):
    """Keeps a mail at once and says so later: whoever is killed in between leaves it uncertain."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep, wait, answer."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(SECONDS)
        return answer


if __name__ == "__main__":
    smtp.KeepMail = SlowToSay
    sys.exit(smtp.main())
