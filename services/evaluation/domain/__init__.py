"""Pure rules of evaluation: who scores, how a ballot stays secret, what the figures mean, what money may follow."""
