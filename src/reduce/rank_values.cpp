#include "csm/reduce/rank_values.h"

#include <map>
#include <string>

#include "csm/core/error.h"

namespace csm {

std::vector<int> deal_images(std::span<const DesignImage> images, int n_ranks) {
  CSM_EXPECT(n_ranks > 0);
  std::map<std::string, int> rank_of_person;
  std::vector<int> ranks;
  int next = 0;
  for (const DesignImage& image : images) {
    if (image.group.empty()) {
      ranks.push_back(-1);
      continue;
    }
    const auto known =
        image.person.empty() ? rank_of_person.end() : rank_of_person.find(image.person);
    if (known != rank_of_person.end()) {
      ranks.push_back(known->second);
      continue;
    }
    if (!image.person.empty()) rank_of_person.emplace(image.person, next);
    ranks.push_back(next);
    next = (next + 1) % n_ranks;
  }
  return ranks;
}

}  // namespace csm
