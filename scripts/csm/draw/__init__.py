"""All images that CSM draws, by matplotlib."""
