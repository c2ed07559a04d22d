#include "csm/saliency/mean_face.h"

#include "csm/core/error.h"

namespace csm {

MeanFaceSums::MeanFaceSums(int size) : size_(size), sum_(n_pixels_of(size, size) * 3) {}

void MeanFaceSums::add(const RgbImage& face) {
  CSM_EXPECT(face.height == size_ && face.width == size_);
  for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += face.values[i];
  n_faces_[0] += 1;
}

RgbImage MeanFaceSums::to_image() const {
  RgbImage image(size_, size_);
  const std::int64_t n = n_faces_[0];
  if (n == 0) return image;
  for (std::size_t i = 0; i < sum_.size(); ++i)
    image.values[i] = static_cast<std::uint8_t>((sum_[i] + n / 2) / n);
  return image;
}

std::vector<std::span<std::int64_t>> MeanFaceSums::buffers() { return {sum_, n_faces_}; }

}  // namespace csm
