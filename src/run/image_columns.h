#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/dataset/columns.h"
#include "csm/dataset/dataset.h"
#include "csm/inference/enrichment.h"
#include "csm/store/image_row.h"

namespace csm {

/// Whether a column is of the result's own images (target, predicted, label), not of the data set.
bool is_own_column(const std::string& column);

/// The columns of the images of a result: its own, and those of the data set by the images' ids.
class ImageColumns {
 public:
  /// @param rows outlive this @param where as --where: unless it is empty, images that the data set
  /// lacks are not wanted
  ImageColumns(std::span<const ImageRow> rows, const Dataset& dataset, const std::string& where);

  /// Images that the data set does not list, or --where does not choose.
  std::int64_t n_missing() const { return n_missing_; }

  bool is_wanted(std::size_t image) const { return is_wanted_[image]; }

  /// Of the data set; empty: unknown.
  std::string value(std::size_t image, const std::string& column) const;

  /// Of the result itself if it has such a column, else of the data set.
  std::string own_value_or_value(std::size_t image, const std::string& column) const;

  /// All values of a column, as they are shown.
  NamedColumn named(const std::string& name) const;

 private:
  std::span<const ImageRow> rows_;  ///< of the result, which outlives this
  std::vector<Columns> columns_;
  std::vector<bool> is_wanted_;
  std::int64_t n_missing_ = 0;
};

}  // namespace csm
