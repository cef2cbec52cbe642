"""How rules are answered: for one person (reference) and for a portfolio (columnar), which must agree."""
