#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/saliency/canonical_map.h"
#include "csm/saliency/fixed_cis.h"
#include "csm/saliency/half_sums.h"

namespace csm {

/// 12 numbers of images (n_images if that is less) from 1 to n_images, ascending, log-spaced if
/// whole numbers allow it: the sums take the same memory for few images and for many.
std::vector<std::int64_t> convergence_ladder(std::int64_t n_images);

/// The exact sums from which the convergence curves are computed. The seeded order is cut into the
/// segments between the steps of the ladder; each segment is summed apart, for even and odd
/// positions apart (two disjoint random halves), and turned into prefixes at the end. Memory
/// depends on the map's size only, not on the number of images.
class ConvergenceSums {
 public:
  /// @pre ladder as convergence_ladder gives it
  ConvergenceSums(int size, std::vector<std::int64_t> ladder);

  /// Adds the CIS of the image at a position of the seeded order. @pre 0 <= order < the ladder's
  /// last
  void add(std::int64_t order, const FixedCis& cis);

  /// The curves against the map of all images. Steps at which no new image was good are left out.
  Convergence to_convergence() const;

  /// The sums of all images at even positions and of all at odd ones: two disjoint random halves.
  HalfSums halves() const;

  /// The buffers in a fixed order, for a collective sum of whole numbers.
  std::vector<std::span<std::int64_t>> buffers();
  std::vector<std::span<std::int32_t>> count_buffers();

 private:
  struct Segment {
    std::vector<std::int64_t> value;  ///< S x S, units of 2^-36
    std::vector<std::int32_t> count;  ///< S x S
  };

  int size_;
  std::vector<std::int64_t> ladder_;
  std::vector<Segment> segments_;       ///< (n_steps x 2): even positions, odd positions
  std::vector<std::int64_t> n_images_;  ///< like segments_
};

}  // namespace csm
