"""Asking the process that judges, which is started when it is first needed, and again when it has ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

import msgspec

from pgconform.lsp.values import HEAD, Answer, Fault, Question

_ANSWER: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_LAST = 2.0
"""Seconds in which it ends by itself once nothing more is asked."""


class Asking:
    """One process for one project. It ends with this one, however that ends."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._life = -1

    async def ask(self, question: Question) -> Answer:
        """The answer, waited for. Questions are asked one after another."""
        try:
            process = self._process or await self._start()
            said = msgspec.msgpack.encode(question)
            assert process.stdin and process.stdout
            process.stdin.write(len(said).to_bytes(HEAD, "big") + said)
            await process.stdin.drain()
            head = await process.stdout.readexactly(HEAD)
            return _ANSWER.decode(await process.stdout.readexactly(int.from_bytes(head, "big")))
        except (OSError, asyncio.IncompleteReadError, msgspec.MsgspecError):
            code = await self.stop()
            how = f"was ended by signal {-code}" if code < 0 else "ended"
            return Fault(f"judging {how} without an answer", "does  pgconform check  work? the next edit tries again")

    async def stop(self) -> int:
        """Ends it; gives the code it left with."""
        process, self._process = self._process, None
        if process is None:
            return 0
        assert process.stdin
        process.stdin.close()
        with contextlib.suppress(asyncio.TimeoutError, TimeoutError):
            await asyncio.wait_for(process.wait(), _LAST)
        if process.returncode is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        os.close(self._life)
        return await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        living, self._life = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "pgconform.lsp.judge",
                str(living),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                pass_fds=(living,),
            )
        except OSError:
            os.close(self._life)
            raise
        finally:
            os.close(living)
        return self._process
