#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/model/network.h"
#include "csm/store/result.h"

namespace csm {

/// Plain sentences on a model that is a black box: what it is, how far its answers to one image
/// differ, and how often it lost the face. Empty for a model whose layers are known.
std::vector<std::string> describe_model(const Network& network, std::span<const ImageRow> rows);

}  // namespace csm
