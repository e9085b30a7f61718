"""How well contents are told apart: a corpus, what attackers do to it, and what honest people do."""
