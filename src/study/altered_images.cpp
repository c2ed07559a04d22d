#include "altered_images.h"

#include <cmath>

#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "csm/model/transfer.h"

namespace csm {

std::size_t AlteredImages::add(const at::Tensor& from, const at::Tensor& to,
                               const at::Tensor& weight) {
  return add(from + weight * (to - from));
}

std::size_t AlteredImages::add(const at::Tensor& image) {
  pending_.push_back(image);
  if (std::ssize(pending_) == batch_size_) flush();
  return n_images_++;
}

void AlteredImages::flush() {
  if (pending_.empty()) return;
  // Channels-last is the faster layout of the convolutions.
  const at::Tensor batch = at::cat(pending_).contiguous(at::MemoryFormat::ChannelsLast);
  pending_.clear();
  const Grid<float> scores =
      class_scores(network_.forward(to_device(batch, network_.device())), network_.contract());
  for (const float score : scores.values()) {
    if (!std::isfinite(score))
      throw ImageError("score not finite", "of the image as a map has altered it");
  }
  n_columns_ = scores.width();
  scores_.insert(scores_.end(), scores.values().begin(), scores.values().end());
}

std::span<const float> AlteredImages::scores(std::size_t row) const {
  CSM_EXPECT((row + 1) * n_columns_ <= scores_.size());
  return std::span<const float>(scores_).subspan(row * n_columns_, n_columns_);
}

}  // namespace csm
