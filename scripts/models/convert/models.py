"""The model files of CSM: for each its network, its contract and its extra files."""

from csm.contract import trace
from .face_api_networks import AgeGender, Expression, Recognition
from .face_api_weights import read_manifest
from .face_geometry import read_topology
from csm.export.network import Network, Step, Unflatten
from .onnx_reader import read_onnx
from .sources import PINS, package_folders
from .tfjs_graph import read_graph
from .tflite_reader import read_tflite

# Byte ranges of the files inside face_mesh_solution_packed_assets.data.
MESH_NETWORK, MESH_GEOMETRY = slice(2495952, 3737848), slice(3737848, 3757224)
FACE_API, HUMAN, FACEPLUGIN = "@vladmandic/face-api", "@vladmandic/human", "faceplugin-face-recognition-js"
# Subject's right eye, left eye, nose tip, right and left mouth corner in a 112 x 112 face (the ArcFace template).
FIVE_POINTS = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
FACE_API_MEAN = [122.782, 117.001, 104.298]
# Bin i means 3 i - 99 degrees: yaw > 0 is a turn to the subject's own right, pitch > 0 is up. "centre" is +- the
# limit; of pitch around -5, where this network sees the usual portrait (medians of -3 to -8 on four data sets).
YAW_LIMIT, PITCH_LIMIT = 15, 10
PITCH_CENTRE = -5


def _contract(name, role, task, package, licence, size, mean, std, crop, outputs, colour="rgb", **more):
    versions = dict(line.split()[0].rsplit("@", 1) for line in PINS.read_text().splitlines() if not line.startswith("#"))
    return {"csm_contract": 1, "name": name, "role": role, "task": task,
            "input": {"height": size, "width": size, "colour": colour, "mean": mean, "std": std}, "crop": crop,
            "outputs": outputs, **more, "source": f"npm {package}@{versions[package]}", "licence": licence}


def _output(name, kind, *shape):
    size = 1
    for n in shape:
        size *= n
    return {"name": name, "kind": kind, "size": size, "shape": list(shape)}


def _box(scale):
    return {"rule": "face_box", "scale": scale}


def face_detector(folders):
    package = "@mediapipe/face_detection"
    network = read_tflite((folders[package] / "face_detection_full_range.tflite").read_bytes())
    contract = _contract(
        "MediaPipe full-range face detector", "detector", "detection", package, "Apache-2.0", 192, [127.5] * 3,
        [127.5] * 3, {"rule": "whole_image"}, [_output("boxes", "box", 2304, 16), _output("scores", "logit", 2304, 1)],
        anchors={"rows": 48, "columns": 48, "per_cell": 1, "stride": 4, "offset": 0.5,
                 "values": ["x_centre", "y_centre", "width", "height", "right_eye_x", "right_eye_y", "left_eye_x",
                            "left_eye_y", "nose_x", "nose_y", "mouth_x", "mouth_y", "right_ear_x", "right_ear_y",
                            "left_ear_x", "left_ear_y"],
                 "unit": "px of the input; positions are relative to the anchor's centre"})
    return network, contract, {}


def face_mesh(folders):
    package = "@mediapipe/face_mesh"
    data = (folders[package] / "face_mesh_solution_packed_assets.data").read_bytes()
    network = read_tflite(data[MESH_NETWORK])
    landmarks, presence = network.output_names
    steps = [Step(layer, inputs, output) for layer, (_, inputs, output) in zip(network.layers, network.steps)]
    steps.append(Step(Unflatten(468, 3), (landmarks,), "landmarks"))
    network = Network(steps, network.input_name, ["landmarks", presence])
    contract = _contract(
        "MediaPipe face mesh", "mesh", "mesh", package, "Apache-2.0", 192, [0.0] * 3, [255.0] * 3, _box(1.5),
        [_output("landmarks", "landmarks", 468, 3), _output("presence", "logit", 1)])
    return network, contract, {"topology": read_topology(data[MESH_GEOMETRY])}


def gender(folders):
    network = AgeGender(read_manifest(folders[FACE_API] / "model/age_gender_model-weights_manifest.json"))
    contract = _contract(
        "face-api gender", "classifier", "gender", FACE_API, "MIT", 112, FACE_API_MEAN, [255.0] * 3, _box(1.1),
        [_output("gender", "logit", 2), _output("age", "ignored", 1)], classes=["male", "female"])
    return network, contract, {}


def expression(folders):
    network = Expression(read_manifest(folders[FACE_API] / "model/face_expression_model-weights_manifest.json"))
    contract = _contract(
        "face-api expression", "classifier", "expression", FACE_API, "MIT", 112, FACE_API_MEAN, [255.0] * 3, _box(1.2),
        [_output("expression", "logit", 7)],
        classes=["neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"])
    return network, contract, {}


def _faceres(folders, outputs):
    return read_graph(folders[HUMAN] / "models/faceres.json", outputs, 224)


def _faceres_contract(name, task, outputs, **more):
    return _contract(name, "classifier", task, HUMAN, "MIT", 224, [103.939, 116.779, 123.68], [1.0] * 3, _box(1.2),
                     outputs, colour="bgr", **more)


def age(folders):
    network = _faceres(folders, ["age_pred/BiasAdd"])
    # Output i means the age i + 1; 100 goes with the nineties.
    groups = [[i for i in range(100) if min((i + 1) // 10, 9) == decade] for decade in range(10)]
    contract = _faceres_contract(
        "human faceres age", "age", [_output("age", "logit", 100)], heads=[{"output": "age", "groups": groups}],
        classes=[f"{10 * decade}-{10 * decade + 9}" for decade in range(10)])
    return network, contract, {}


def gender_faceres(folders):
    network = _faceres(folders, ["gender_pred/BiasAdd"])
    contract = _faceres_contract("human faceres gender", "gender", [_output("gender", "binary_logit", 1)],
                                 classes=["female", "male"])
    return network, contract, {}


def pose(folders):
    network = read_onnx(folders[FACEPLUGIN] / "model/fr_pose.onnx", ["output", "617", "618"])
    degrees = [3 * i - 99 for i in range(66)]
    yaw = [[i for i, d in enumerate(degrees) if d < -YAW_LIMIT], [i for i, d in enumerate(degrees) if abs(d) <= YAW_LIMIT],
           [i for i, d in enumerate(degrees) if d > YAW_LIMIT]]
    low, high = PITCH_CENTRE - PITCH_LIMIT, PITCH_CENTRE + PITCH_LIMIT
    pitch = [[i for i, d in enumerate(degrees) if d > high], [i for i, d in enumerate(degrees) if low <= d <= high],
             [i for i, d in enumerate(degrees) if d < low]]
    contract = _contract(
        "faceplugin head pose", "classifier", "pose", FACEPLUGIN, "MIT", 224, [123.675, 116.28, 103.53],
        [58.395, 57.12, 57.375], _box(1.2),
        [_output("yaw", "logit", 66), _output("pitch", "logit", 66), _output("roll", "ignored", 66)],
        heads=[{"output": "yaw", "groups": yaw}, {"output": "pitch", "groups": pitch}],
        classes=[f"{y}-{p}" for y in ("left", "centre", "right") for p in ("up", "centre", "down")])
    return network, contract, {}


def recognition(folders):
    network = read_onnx(folders[FACEPLUGIN] / "model/fr_feature.onnx", ["output"])
    contract = _contract(
        "faceplugin face embedding", "embedding", "recognition", FACEPLUGIN, "MIT", 112, [127.0] * 3, [128.0] * 3,
        {"rule": "five_points", "template": FIVE_POINTS}, [_output("embedding", "embedding", 512)])
    return network, contract, {}


def recognition_dlib(folders):
    network = Recognition(read_manifest(folders[FACE_API] / "model/face_recognition_model-weights_manifest.json"))
    contract = _contract(
        "face-api embedding (dlib)", "embedding", "recognition", FACE_API, "MIT", 150, FACE_API_MEAN, [255.0] * 3,
        _box(1.1), [_output("embedding", "embedding", 128)])
    return network, contract, {}


MODELS = {f.__name__: f for f in (face_detector, face_mesh, gender, expression, age, gender_faceres, pose, recognition,
                                  recognition_dlib)}


def build(name, npm_folder):
    """The traced network, its contract and its extra files."""
    network, contract, extra = MODELS[name](package_folders(npm_folder))
    return trace(network, contract), contract, extra
