#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/mesh/regions.h"

namespace csm {

/// The places at which differences are tested: blocks of the canonical image that lie on the face,
/// and its regions. A map becomes one row of values: the places in row-major order, then the
/// regions in the order of `Region`, `none` left out.
class CoarseGrid {
 public:
  /// The largest side of the coarse image. A patch spans many of its blocks, so that little is lost
  /// with them, and 1,000 permutations of it take a hundredth of the time of full maps.
  static constexpr int largest_side = 155;

  /// A neighbour that is not a place of the face.
  static constexpr std::int32_t no_place = -1;

  /// @param pixel_regions (S x S); places are the blocks that hold a pixel with a region, or all
  /// blocks if no pixel has one
  /// @param pixel_weights (S x S) of coverage_weights, for the means of the regions
  CoarseGrid(const Grid<Region>& pixel_regions, const Grid<double>& pixel_weights);

  int side() const { return side_; }    ///< T of the coarse image (T x T)
  int block() const { return block_; }  ///< side of a block [px]
  std::int64_t n_places() const { return std::ssize(blocks_); }
  std::int64_t n_values() const { return n_places() + n_regions - 1; }

  /// The mean of the known values of each block of a map; NaN if none is known.
  /// @pre map has shape (S x S), NaN where it has no value. Returns (T x T)
  Grid<float> coarsen(const Grid<float>& map) const;

  /// The row of values of a coarse map: its places, then the weighted means of the regions over
  /// their known places. @pre coarse has shape (T x T)
  std::vector<float> row_of(const Grid<float>& coarse) const;

  /// The places of a row as a coarse image (T x T), NaN elsewhere. @pre row has n_places() values
  /// or more
  Grid<float> to_image(std::span<const float> row) const;

  /// The part of the face that each place has: pixels with a region. (n_places)
  const std::vector<double>& face_pixels() const { return face_pixels_; }

  /// The index of a place in the coarse image, row-major. (n_places)
  const std::vector<std::int32_t>& blocks() const { return blocks_; }

  /// The four neighbours of each place: the one above, below, left, right, or no_place. (n_places)
  const std::vector<std::array<std::int32_t, 4>>& neighbours() const { return neighbours_; }

 private:
  /// How much of a region's mean a place has.
  struct RegionPart {
    std::int32_t place = 0;
    std::int32_t region = 0;  ///< from 0, `none` left out
    double weight = 0;
  };

  int size_;
  int block_;
  int side_;
  std::vector<std::int32_t> blocks_;
  std::vector<double> face_pixels_;
  std::vector<std::array<std::int32_t, 4>> neighbours_;
  std::vector<RegionPart> parts_;
};

}  // namespace csm
