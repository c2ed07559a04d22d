"""The canonical face that MediaPipe ships: vertices, texture coordinates, triangles and Procrustes weights."""

from .protobuf_wire import float_of, read_fields

N_VERTICES, N_TRIANGLES = 468, 898


def read_topology(data):
    """topology.json of the model contract, from the bytes of geometry_pipeline_metadata_landmarks.binarypb.

    x to the subject's left, y up, z to the viewer, about cm; triangles are 0-based; v runs down.
    """
    fields = read_fields(data)
    mesh = read_fields(next(value for number, value in fields if number == 1))
    numbers = [float_of(value) for number, value in mesh if number == 3]
    corners = [value for number, value in mesh if number == 4]
    weights = [_landmark_weight(value) for number, value in fields if number == 2]
    if len(numbers) != 5 * N_VERTICES or len(corners) != 3 * N_TRIANGLES:
        raise ValueError(f"the canonical face has {len(numbers) // 5} vertices and {len(corners) // 3} triangles; "
                         f"{N_VERTICES} and {N_TRIANGLES} were expected. Was the package replaced?")
    rows = [numbers[i:i + 5] for i in range(0, len(numbers), 5)]
    return {"vertices": [row[:3] for row in rows], "triangles": [corners[i:i + 3] for i in range(0, len(corners), 3)],
            "uv": [row[3:] for row in rows], "procrustes": weights}


def _landmark_weight(data):
    fields = dict(read_fields(data))
    return [fields.get(1, 0), float_of(fields[2])]
