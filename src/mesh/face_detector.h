#pragma once
#include <filesystem>
#include <vector>

#include "csm/core/image.h"
#include "csm/model/network.h"
#include "detection.h"

namespace csm {

/// The full-range face detector.
class FaceDetector {
 public:
  /// Errors: InputError as Network, and if the outputs are not those of the full-range detector.
  FaceDetector(const std::filesystem::path& path, ComputeDevice device);

  /// The faces of an image by falling score, overlaps suppressed. If none is seen, the image is
  /// tried once more at half the size: the detector misses faces that fill the image.
  std::vector<Detection> detect(const RgbImage& image) const;

  const Network& network() const { return network_; }

 private:
  std::vector<Detection> detect_under(const RgbImage& image, const Affine2& to_input) const;

  Network network_;
  int n_rows_ = 0;
  int n_columns_ = 0;
};

}  // namespace csm
