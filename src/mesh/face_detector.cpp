#include "face_detector.h"

#include <ATen/ATen.h>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"

namespace csm {
namespace {

constexpr int stride = 4;  // [px of the input] between anchors
constexpr int n_box_values = 16;

}  // namespace

FaceDetector::FaceDetector(const std::filesystem::path& path, ComputeDevice device)
    : network_(path, ModelRole::detector, device),
      n_rows_(network_.contract().input.height / stride),
      n_columns_(network_.contract().input.width / stride) {
  const auto& outputs = network_.contract().outputs;
  const int n_cells = n_rows_ * n_columns_;
  if (outputs.size() != 2 || outputs[0].kind != OutputKind::box ||
      outputs[0].size != n_cells * n_box_values || outputs[1].kind != OutputKind::logit ||
      outputs[1].size != n_cells) {
    throw InputError(
        "The model file '" + path.string() +
        "' (--detector-model) is not a full-range face detector: it must give boxes of " +
        std::to_string(n_cells) + " x 16 values and " + std::to_string(n_cells) +
        " logits. Use models/face_detector.pt of scripts/models/convert_models.py?");
  }
}

std::vector<Detection> FaceDetector::detect_under(const RgbImage& image,
                                                  const Affine2& to_input) const {
  const InputContract& input = network_.contract().input;
  const RgbImage picture = warp_image(image, to_input, input.height, input.width);
  const std::vector<at::Tensor> outputs =
      to_host(network_.forward(to_device(normalise_input(picture, input), network_.device())));
  return suppress_overlaps(decode_detections(values_of(outputs[0]), values_of(outputs[1]), n_rows_,
                                             n_columns_, stride, to_input),
                           detection_overlap_threshold);
}

std::vector<Detection> FaceDetector::detect(const RgbImage& image) const {
  const InputContract& input = network_.contract().input;
  const Affine2 whole = letterbox(image.height, image.width, input.height, input.width);
  std::vector<Detection> faces = detect_under(image, whole);
  if (!faces.empty()) return faces;
  const Affine2 half{whole.a / 2, 0,           whole.c / 2 + input.width / 4.0,
                     0,           whole.e / 2, whole.f / 2 + input.height / 4.0};
  return detect_under(image, half);
}

}  // namespace csm
