"""Base maps and marks drawn in characters: from tiles in files to a chart of cells."""
