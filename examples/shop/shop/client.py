"""The one Supabase client of the shop."""

import os

from supabase import Client, create_client


def database() -> Client:
    return create_client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_KEY"])
