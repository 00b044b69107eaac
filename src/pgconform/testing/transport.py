"""The double as a transport of httpx, and clients of supabase-py and postgrest-py over it."""

from __future__ import annotations

from typing import Any

import httpx

from pgconform.guard.requests import of_httpx
from pgconform.testing.errors import Unsupported
from pgconform.testing.server import Database

URL = "https://double.supabase.co"
KEY = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.double"


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests to ``/rest/v1`` from a database in memory; any other is `Unsupported`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if "/rest/v1/" not in request.url.path:
            raise Unsupported(
                f"{request.method} {request.url.path} is no request for rows: the double answers only those"
            )
        found = self.database.answer(of_httpx(request))
        return httpx.Response(found.status, headers=found.headers, content=found.body, request=request)


def supabase(database: Database, schema: str = "public") -> Any:
    """A client of supabase-py over the double."""
    from supabase import ClientOptions, create_client

    return create_client(
        URL, KEY, ClientOptions(schema=schema, httpx_client=httpx.Client(transport=Transport(database)))
    )


async def supabase_async(database: Database, schema: str = "public") -> Any:
    """An asynchronous client of supabase-py over the double."""
    from supabase import AsyncClientOptions, create_async_client

    session = httpx.AsyncClient(transport=Transport(database))
    return await create_async_client(URL, KEY, AsyncClientOptions(schema=schema, httpx_client=session))
