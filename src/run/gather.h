#pragma once
#include <vector>

#include "csm/checkpoint/examples.h"
#include "csm/cluster/communicator.h"
#include "csm/store/cis_part_file.h"
#include "csm/store/result.h"
#include "finish.h"

/// What all ranks hold, on the root. Each function: @note Collective.
namespace csm {

/// The tables of images and ranks.
RunRecord gather_record(const Communicator& communicator, const std::vector<ImageRow>& rows,
                        const RankRow& rank_row);

/// The files with the maps of single images, of all ranks on all ranks.
std::vector<CisPart> gather_parts(const Communicator& communicator,
                                  const std::vector<CisPart>& parts);

/// The three best and then the three worst images. @param rows all images by order, on the root
std::vector<ImageOutcome> collect_examples(const Communicator& communicator,
                                           const ExampleKeeper& keeper,
                                           const std::vector<ImageRow>& rows);

}  // namespace csm
