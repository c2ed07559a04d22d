"""Well-known convolutional networks with random weights, written from their papers: what the engine is tested with."""
