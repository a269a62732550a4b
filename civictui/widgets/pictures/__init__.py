"""Photos as cells of a terminal, in the way of drawing that it can show."""
