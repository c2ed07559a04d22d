#pragma once
#include <vector>

#include "csm/checkpoint/examples.h"
#include "csm/cluster/communicator.h"
#include "csm/store/cis_part_file.h"
#include "csm/store/result.h"

/// What all ranks hold, on the root. Each function: @note Collective.
namespace csm {

/// The table of images, in any order.
std::vector<ImageRow> gather_rows(const Communicator& communicator,
                                  const std::vector<ImageRow>& own);

/// The table of ranks.
std::vector<RankRow> gather_ranks(const Communicator& communicator, const RankRow& own);

/// The files with the maps of single images, of all ranks on all ranks.
std::vector<CisPart> gather_parts(const Communicator& communicator,
                                  const std::vector<CisPart>& parts);

/// The three best and then the three worst images. @param rows all images by order, on the root
std::vector<ImageOutcome> collect_examples(const Communicator& communicator,
                                           const ExampleKeeper& keeper,
                                           const std::vector<ImageRow>& rows);

}  // namespace csm
