#pragma once
#include <ATen/ATen.h>

#include <cstddef>
#include <span>
#include <vector>

#include "csm/model/network.h"

namespace csm {

/// Altered copies of one image, sent through the network in batches; row i of the scores is that of
/// the i-th image.
class AlteredImages {
 public:
  /// @pre the network lives longer
  AlteredImages(const Network& network, int batch_size)
      : network_(network), batch_size_(batch_size) {}

  /// Adds the mixture that is `from` where the weight is 0 and `to` where it is 1; returns its row.
  /// @pre from and to have shape (1 x 3 x H x W), weight (1 x 1 x H x W), float32, on the CPU
  /// Errors: RunError if the network fails; ImageError if a score is not finite.
  std::size_t add(const at::Tensor& from, const at::Tensor& to, const at::Tensor& weight);

  /// Adds an image; returns its row. @pre image has shape (1 x 3 x H x W), float32, on the CPU
  /// Errors: as above.
  std::size_t add(const at::Tensor& image);

  /// Sends what is left; all scores are there afterwards. Errors: as add.
  void flush();

  /// class_scores of an image, once it was sent.
  std::span<const float> scores(std::size_t row) const;

 private:
  const Network& network_;
  int batch_size_;
  std::vector<at::Tensor> pending_;
  std::size_t n_images_ = 0;
  std::size_t n_columns_ = 0;
  std::vector<float> scores_;  ///< (n_images_ x n_columns_)
};

}  // namespace csm
