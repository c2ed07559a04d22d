#pragma once
#include <string>
#include <vector>

#include "csm/store/result.h"

namespace csm {

/// The rows of the image table and of the rank table as bytes for another rank.
std::string pack_rows(const std::vector<ImageRow>& rows);
void unpack_rows(const std::string& bytes, std::vector<ImageRow>& rows);
std::string pack_rank(const RankRow& row);
RankRow unpack_rank(const std::string& bytes);

}  // namespace csm
