#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/image.h"

namespace csm {

/// The exact sum of the faces warped to the canonical face.
class MeanFaceSums {
 public:
  explicit MeanFaceSums(int size);

  /// @pre face is S x S
  void add(const RgbImage& face);

  /// The rounded mean; black where no face was added.
  RgbImage to_image() const;

  /// The buffers in a fixed order, for a collective sum of whole numbers.
  std::vector<std::span<std::int64_t>> buffers();

 private:
  int size_;
  std::vector<std::int64_t> sum_;  ///< S x S x 3
  std::vector<std::int64_t> n_faces_{0};
};

}  // namespace csm
