"""The server's addresses: one file per noun of the API."""
