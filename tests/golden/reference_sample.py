"""The random numbers of --vertices-per-image in plain Python: SplitMix64 (Steele, Lea, Flood 2014), FNV-1a, Fisher-Yates."""

MASK = (1 << 64) - 1


def split_mix(state):
    """Yields the numbers of SplitMix64."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def seed_of(seed, name):
    """FNV-1a over the name, started from the offset basis XOR the seed, then mixed."""
    value = 0xCBF29CE484222325 ^ seed
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return next(split_mix(value))


def measured_vertices(n_vertices, n_sample, seed, image_id):
    """Returns the set of vertices that the image's sample holds: the first of a random order."""
    if n_sample >= n_vertices:
        return set(range(n_vertices))
    numbers = split_mix(seed_of(seed, f"vertices of {image_id}"))
    order = list(range(n_vertices))
    for i in range(n_vertices, 1, -1):
        limit = MASK // i * i
        value = next(n for n in numbers if n < limit)
        order[i - 1], order[value % i] = order[value % i], order[i - 1]
    return set(order[:n_sample])
