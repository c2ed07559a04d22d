"""What scripts/export_model.py does with a network of one's own. Imports torch and NumPy only."""
