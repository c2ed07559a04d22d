#pragma once
#include <string>

#include "csm/inference/findings.h"

namespace csm {

/// Writes the sentences of clusters: how many kinds there are, how sure that is, and how each
/// differs from the others. @param unit of the maps, such as "log odds"; "1" is left out
void describe_clusters(MapClusters& clusters, const std::string& unit);

}  // namespace csm
