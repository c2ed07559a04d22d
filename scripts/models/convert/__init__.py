"""Conversion of pretrained face networks into CSM model files (TorchScript with a contract)."""
