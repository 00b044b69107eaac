"""Browsing the catalogue."""

from typing import Any

from shop.client import database
from shop.models import Category, Product

LISTED = "id, sku, title, price, stock, category:categories(slug, name)"


def active_products(limit: int = 50) -> list[dict[str, Any]]:
    rows = database().table("products").select(LISTED).eq("status", "active").order("title").limit(limit).execute()
    return rows.data


def product(sku: str) -> Product | None:
    rows = database().table("products").select("*").eq("sku", sku).execute()
    return Product(**rows.data[0]) if rows.data else None


def cheap_products(ceiling: float) -> list[dict[str, Any]]:
    rows = database().table("products").select("id, title, prize").lte("price", ceiling).execute()
    return rows.data


def categories() -> list[Category]:
    rows = database().table("categories").select("*").order("name").execute()
    return [Category(**row) for row in rows.data]


def rename_category(slug: str, name: str) -> None:
    database().table("categories").update({"name": name}).eq("slug", slug).execute()


def archive(sku: str) -> None:
    database().table("products").update({"status": "retired"}).eq("sku", sku).execute()
