"""`python -m portal.sandbox.smtp`: a mail server that keeps every mail as a file and sends nothing on.

It listens on $SANDBOX_SMTP_HOST:$SANDBOX_SMTP_PORT (127.0.0.1 unless told otherwise) and writes
$STATE_DIR/mail/<time>-<id>.eml. A file appears whole or not at all: the 250 is said only after it stands there.
"""

import asyncio
import contextlib
import os
import signal
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

LARGEST = 30 * 1024 * 1024


class KeepMail:
    """Writes what comes in to the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep one mail, then say so."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        name = f"{stamp}-{uuid.uuid4().hex[:8]}"
        recipients = ", ".join(envelope.rcpt_tos).replace("\n", " ").replace("\r", " ")
        head = f"X-Sandbox-Recipients: {recipients}\r\n".encode("utf-8", "replace")
        partial = self.folder / f".{name}.part"
        partial.write_bytes(head + envelope.content)
        partial.rename(self.folder / f"{name}.eml")
        return "250 Kept"


async def serve(port: int, folder: Path, host: str = "127.0.0.1") -> None:
    """Serve until a signal comes."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    keeper = KeepMail(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="sandbox", loop=loop),
        host=host,
        port=port,
    )
    async with server:
        await stop.wait()


def main() -> int:
    """Read the environment and serve. Returns the exit code."""
    try:
        port, state = int(os.environ["SANDBOX_SMTP_PORT"]), Path(os.environ["STATE_DIR"])
    except (KeyError, ValueError):
        sys.stderr.write("Set SANDBOX_SMTP_PORT (a number) and STATE_DIR.\n")
        return 2
    host = os.environ.get("SANDBOX_SMTP_HOST", "127.0.0.1")
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(serve(port, state / "mail", host))
        except OSError as taken:
            sys.stderr.write(f"The mail sandbox cannot listen on {host}:{port}: {taken.strerror}.\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
