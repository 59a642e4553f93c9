"""How a move is made, by whom, and what no move loses."""
