"""The list of reports: virtual, three lines a row, cheap on the wire."""
