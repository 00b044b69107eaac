"""Rows of the shop's tables, as Pydantic models."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class OrderStatus(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Category(BaseModel):
    id: int
    slug: str = Field(max_length=40)
    name: str


class Product(BaseModel):
    id: UUID
    sku: str
    title: str
    description: str
    price: Decimal
    stock: int
    status: Literal["draft", "active", "archived"]
    tags: list[str]
    category_id: int | None
    created_at: datetime


class ProductCreate(BaseModel):
    sku: str = Field(max_length=32)
    title: str
    price: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    stock: int = 0


class Customer(BaseModel):
    id: UUID
    email: str
    full_name: str | None
    phone: str | None
    created_at: datetime


class Order(BaseModel):
    id: UUID
    customer_id: UUID
    status: OrderStatus
    total: Decimal
    paid_at: datetime | None
    note: str | None
    created_at: datetime


class CartLine(BaseModel):
    """What the browser sends; no table."""

    sku: str
    quantity: int
    gift_wrap: bool = False
