"""Write any table to a CSV file: python scripts/export_table.py orders."""

import csv
import sys

from shop.client import database


def main(table: str) -> None:
    rows = database().table(table).select("*").execute().data
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
