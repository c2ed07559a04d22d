"""The folders beside this file are the packages csm.*; everything else is in pyproject.toml."""

from setuptools import find_packages, setup

setup(packages=["csm", *(f"csm.{name}" for name in find_packages())])
