"""What csm export does with a network of one's own. Imports torch and NumPy only."""
