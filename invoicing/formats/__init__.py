"""File formats of invoices. Pure: bytes in, frozen values out, or a refusal. No Django, no
database, no network."""
