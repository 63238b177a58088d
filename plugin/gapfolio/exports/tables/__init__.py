"""Tables by a contract: CSV and workbooks that GRC tools import."""
