#include "csm/inference/coarse_grid.h"

#include <array>
#include <cmath>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr float unknown_value = std::numeric_limits<float>::quiet_NaN();

bool has_any_region(const Grid<Region>& pixel_regions) {
  for (const Region region : pixel_regions.values()) {
    if (region != Region::none) return true;
  }
  return false;
}

std::vector<std::array<std::int32_t, 4>> neighbours_of(const std::vector<std::int32_t>& blocks,
                                                       int side) {
  Grid<std::int32_t> place_of(side, side, CoarseGrid::no_place);
  for (std::size_t place = 0; place < blocks.size(); ++place)
    place_of[blocks[place]] = static_cast<std::int32_t>(place);

  std::vector<std::array<std::int32_t, 4>> neighbours;
  neighbours.reserve(blocks.size());
  for (const std::int32_t block : blocks) {
    const int row = block / side;
    const int column = block % side;
    const auto at = [&](int y, int x) {
      const bool is_inside = y >= 0 && x >= 0 && y < side && x < side;
      return is_inside ? place_of(y, x) : CoarseGrid::no_place;
    };
    neighbours.push_back(
        {at(row - 1, column), at(row + 1, column), at(row, column - 1), at(row, column + 1)});
  }
  return neighbours;
}

}  // namespace

CoarseGrid::CoarseGrid(const Grid<Region>& pixel_regions, const Grid<double>& pixel_weights)
    : size_(pixel_regions.height()),
      block_((size_ + largest_side - 1) / largest_side),
      side_((size_ + block_ - 1) / block_) {
  CSM_EXPECT(size_ > 0 && pixel_regions.width() == size_);
  CSM_EXPECT(pixel_weights.size() == pixel_regions.size());

  // How many pixels of each region a block has, and their weight.
  using Weights = std::array<double, n_regions>;
  Grid<Weights> weights(side_, side_);
  Grid<Weights> pixels(side_, side_);
  for (int y = 0; y < size_; ++y) {
    for (int x = 0; x < size_; ++x) {
      const auto region = static_cast<std::size_t>(pixel_regions(y, x));
      weights(y / block_, x / block_)[region] += pixel_weights(y, x);
      pixels(y / block_, x / block_)[region] += 1;
    }
  }

  // The blocks with a part of the face are the places.
  const bool takes_all = !has_any_region(pixel_regions);
  for (std::int32_t i = 0; i < side_ * side_; ++i) {
    double on_face = takes_all ? pixels[i][0] : 0;
    for (int region = 1; region < n_regions; ++region) {
      on_face += pixels[i][region];
      if (weights[i][region] == 0) continue;
      parts_.push_back({.place = static_cast<std::int32_t>(blocks_.size()),
                        .region = region - 1,
                        .weight = weights[i][region]});
    }
    if (on_face == 0) continue;
    blocks_.push_back(i);
    face_pixels_.push_back(on_face);
  }
  neighbours_ = neighbours_of(blocks_, side_);
}

Grid<float> CoarseGrid::coarsen(const Grid<float>& map) const {
  CSM_EXPECT(map.height() == size_ && map.width() == size_);
  Grid<double> sum(side_, side_);
  Grid<std::int32_t> n(side_, side_);
  for (int y = 0; y < size_; ++y) {
    for (int x = 0; x < size_; ++x) {
      if (std::isnan(map(y, x))) continue;
      sum(y / block_, x / block_) += double{map(y, x)};
      n(y / block_, x / block_) += 1;
    }
  }
  Grid<float> coarse(side_, side_, unknown_value);
  for (std::int64_t i = 0; i < coarse.size(); ++i) {
    if (n[i] > 0) coarse[i] = static_cast<float>(sum[i] / n[i]);
  }
  return coarse;
}

std::vector<float> CoarseGrid::row_of(const Grid<float>& coarse) const {
  CSM_EXPECT(coarse.height() == side_ && coarse.width() == side_);
  std::vector<float> row;
  row.reserve(static_cast<std::size_t>(n_values()));
  for (const std::int32_t block : blocks_) row.push_back(coarse[block]);

  // A region's mean is over those of its places that have a value.
  std::array<double, n_regions - 1> sum{};
  std::array<double, n_regions - 1> weight{};
  for (const RegionPart& part : parts_) {
    const float value = row[static_cast<std::size_t>(part.place)];
    if (std::isnan(value)) continue;
    sum[static_cast<std::size_t>(part.region)] += part.weight * double{value};
    weight[static_cast<std::size_t>(part.region)] += part.weight;
  }
  for (std::size_t region = 0; region < sum.size(); ++region)
    row.push_back(weight[region] > 0 ? static_cast<float>(sum[region] / weight[region])
                                     : unknown_value);
  return row;
}

Grid<float> CoarseGrid::to_image(std::span<const float> row) const {
  CSM_EXPECT(std::ssize(row) >= n_places());
  Grid<float> image(side_, side_, unknown_value);
  for (std::size_t place = 0; place < blocks_.size(); ++place) image[blocks_[place]] = row[place];
  return image;
}

}  // namespace csm
