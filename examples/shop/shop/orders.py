"""Placing, paying and refunding orders."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from shop.client import database
from shop.models import Customer, Order


def place(customer: UUID, lines: list[tuple[UUID, int, Decimal]]) -> int:
    total = sum(quantity * price for _, quantity, price in lines)
    order = database().table("orders").insert({"customer_id": str(customer), "total": str(total)}).execute()
    order_id = order.data[0]["id"]
    items = [
        {
            "order_id": order_id,
            "product_id": str(product),
            "quantity": quantity,
            "unit_price": str(price),
            "line_total": str(quantity * price),
        }
        for product, quantity, price in lines
    ]
    database().table("order_items").insert(items).execute()
    return order_id


def order(order_id: int) -> Order:
    row = database().table("orders").select("*").eq("id", order_id).single().execute()
    return Order(**row.data)


def mark_paid(order_id: int, reference: str) -> None:
    payload = {"status": "paid", "paid_at": "now()"}
    payload["payment_reference"] = reference
    database().table("orders").update(payload).eq("id", order_id).execute()


def with_addresses(order_id: int) -> dict[str, Any]:
    row = database().table("orders").select("id, total, addresses(line1, city)").eq("id", order_id).single().execute()
    return row.data


def refund(order_id: int, amount: Decimal, why: str) -> None:
    database().rpc("refund_order", {"p_order_id": order_id, "p_amount": str(amount), "p_note": why}).execute()
    database().table("audit_log").insert({"event": "refund", "order_id": order_id}).execute()


def customer_by_email(email: str) -> Customer | None:
    rows = database().table("customers").select("*").ilike("email", email).execute()
    return Customer(**rows.data[0]) if rows.data else None


def save_address(customer: UUID, line1: str, city: str) -> None:
    row = {"customer_id": str(customer), "line1": line1, "city": city}
    database().table("addresses").upsert(row, on_conflict="customer_id").execute()
