#pragma once
#include <string>
#include <vector>

#include "csm/store/image_row.h"
#include "csm/store/rank_row.h"

namespace csm {

/// The rows of the image table and of the rank table as bytes for another rank, or a checkpoint:
/// what their tables of fields have, in their order.
std::string pack_rows(const std::vector<ImageRow>& rows);
void unpack_rows(const std::string& bytes, std::vector<ImageRow>& rows);
std::string pack_rank(const RankRow& row);
RankRow unpack_rank(const std::string& bytes);

/// Names and types of what pack_rows packs of a row: a checkpoint whose rows have another layout
/// cannot be read.
std::string row_layout();

}  // namespace csm
