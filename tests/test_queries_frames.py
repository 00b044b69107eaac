"""The columns a program reads of data frames that it makes of rows, and when it is wiser to say nothing."""

from __future__ import annotations

import pytest

from tests.flowing import reads

ROWS = "import pandas as pd\nres = db.table('t').select('*').execute()\n"
FRAME = ROWS + "df = pd.DataFrame(res.data)\n"
LOADED = """
import pandas as pd
import streamlit as st
@st.cache_data(ttl=60)
def load():
    return pd.DataFrame(db.table('t').select('*').execute().data)
"""
PAGES = """
import pandas as pd
def pages():
    rows = []
    while True:
        page = db.table('t').select('*').execute().data
        rows.extend(page)
        if len(page) < 10:
            return pd.DataFrame(rows)
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (FRAME + "df['a'].sum()", [("a",)]),
        (FRAME + "df[['a', 'b']]", [("a",), ("b",)]),
        (FRAME + "if df.empty:\n    exit()\ndf[df['a'] > 3]['b']", [("a",), ("b",)]),
        (FRAME + "df.head(3).sort_values('a').copy()['b']", [("a",), ("b",)]),
        (FRAME + "df.groupby(['a', 'b']).size()", [("a",), ("b",)]),
        (FRAME + "df.sort_values(by='a', inplace=True)\ndf['b']", [("b",), ("a",)]),
        (FRAME + "df.drop_duplicates(subset=['a'])", [("a",)]),
        (FRAME + "df.set_index('a', inplace=True)\ndf['b']", [("b",), ("a",)]),
        (FRAME + "for i, row in df.iterrows():\n    row['a'], row.get('b')", [("a",), ("b",)]),
        (FRAME + "for row in df.itertuples():\n    row.a, row.Index", [("a",)]),
        (FRAME + "for row in df.itertuples():\n    row.a\nit = {**res.data[0], 'x': 1}\nit.get('b')", [("b",), ("a",)]),
        (FRAME + "for row in df.to_dict('records'):\n    row['a']", [("a",)]),
        (FRAME + "for row in df.to_dict(orient='records'):\n    row['a']", [("a",)]),
        (FRAME + "df.apply(lambda row: row['a'], axis=1)", [("a",)]),
        (FRAME + "def f(row):\n    return row['a']\ndf['x'] = df.apply(f, axis='columns')\ndf['x']", [("a",)]),
        (FRAME + "df.pipe(lambda it: it['a'])", [("a",)]),
        (FRAME + "df.iloc[0]['a']\ndf.loc[i]['b']\ndf.iloc[-1]['c']", [("a",), ("b",), ("c",)]),
        (FRAME + "for name, group in df.groupby('a'):\n    group['b']", [("b",), ("a",)]),
        (FRAME + "df = df.rename(columns={'a': 'x'})\ndf['x']\ndf['b']", [("b",)]),
        (FRAME + "df = df.assign(x=lambda it: it['a'])\ndf['x']\ndf['b']", [("b",)]),
        (FRAME + "df['x'] = 1\ndf['x']\ndf['b']", [("b",)]),
        (FRAME + "df = df.reset_index()\ndf['index']\ndf['b']", [("b",)]),
        (FRAME + "if 'a' not in df.columns:\n    df['a'] = 1\ndf['a']\ndf['b']", [("b",)]),
        (FRAME + "if 'a' in list(df.columns):\n    df['a']\ndf['b']", [("b",)]),
        (FRAME + "if 'a' in df.columns.tolist():\n    df['a']\ndf['b']", [("b",)]),
        (FRAME + "if hasattr(df, 'a'):\n    df['a']\ndf['b']", [("b",)]),
        (FRAME + "px.bar(df, x='a')", []),
        (FRAME + "import plotly.express as px\npx.bar(df, x='a')\ndf['b']", [("b",)]),
        (ROWS + "df = pd.DataFrame(res.data or [])\ndf['a']", [("a",)]),
        (ROWS + "df = pd.DataFrame(res.data) if res.data else pd.DataFrame()\ndf['a']", [("a",)]),
        (ROWS + "df = pd.DataFrame([{**row, 'x': 1} for row in res.data])\ndf['x']\ndf['a']", [("a",)]),
        (ROWS + "for row in res.data:\n    row['x'] = 1\npd.DataFrame(res.data)['x']", []),
        (ROWS + "import polars as pl\ndf = pl.DataFrame(res.data)\ndf['a']\ndf.sort('x').to_dicts()[0]['b']", None),
        (LOADED + "df = load()\ndf['a']", [("a",)]),
        (PAGES + "df = pages()\ndf['a']", [("a",)]),
    ],
)
def test_columns_of_a_frame_are_read_from_its_rows(body: str, found: list[tuple[str, ...]] | None) -> None:
    expected = [("a",), ("b",)] if found is None else found
    assert sorted(reads(body)) == sorted(expected)


@pytest.mark.parametrize(
    "body",
    [
        ROWS + "df = pd.DataFrame(res.data, columns=['a', 'b'])\ndf['a']",
        ROWS + "df = pd.DataFrame([{'a': row['id']} for row in res.data])\ndf['a']",
        ROWS + "df = pd.json_normalize(res.data)\ndf['a']",
        FRAME + "df.columns = ['a', 'b']\ndf['a']",
        FRAME + "df.rename(columns=str.lower, inplace=True)\ndf['a']",
        FRAME + "df.rename(columns=names)['a']",
        FRAME + "df.insert(0, 'a', 1)\ndf['a']",
        FRAME + "df.loc[:, 'a'] = 1\ndf['a']",
        FRAME + "df.eval('a = b + 1', inplace=True)\ndf['a']",
        FRAME + "df.index.name = 'a'\ndf.reset_index()['a']",
        FRAME + "df.reset_index(names='a')['a']",
        FRAME + "df.set_index(days).reset_index()['a']",
        FRAME + "df.set_index(days, inplace=True)\ndf.reset_index()['a']",
        FRAME + "df.ta.rsi(append=True)\ndf['a']",
        FRAME + "df.merge(other, on=key)['a']",
        FRAME + "pd.concat([df, other])['a']",
        FRAME + "df.pivot_table(index=i, values=v)['a']",
        FRAME + "df.T['a']",
        FRAME + "df.loc['a']",
        FRAME + "df.loc[i, 'a']['b']",
        FRAME + "df.to_dict()['a']\ndf.to_dict('index')['b']",
        FRAME + "enrich(df)\ndf['a']",
        FRAME + "def enrich(df):\n    df.insert(0, 'a', 1)\n    return df\nenrich(df)['a']",
        FRAME + "def enrich(df):\n    df.columns = names\n    return df\nenrich(df)['a']",
        FRAME + "for name in names:\n    df[name] = 1\ndf['a']",
        FRAME + "try:\n    df.groupby('b')\nexcept KeyError:\n    pass",
        FRAME + "from models import Item\nfor i, row in df.iterrows():\n    Item(**row)",
    ],
)
def test_a_frame_that_may_have_other_columns_is_left_alone(body: str) -> None:
    assert [path for path in reads(body) if path != ("id",)] == []
