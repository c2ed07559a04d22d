#include "requests_sentence.h"

#include "readable_text.h"

namespace csm {

std::string requests_sentence(const RequestCounts& requests) {
  if (requests.n_requests == 0 && requests.n_kept == 0) return "";
  return std::to_string(requests.n_requests) + " requests were sent to the model" +
         (requests.price > 0 ? " (" + readable_number(requests.price) + " by --price-per-1000)"
                             : "") +
         ", for " + std::to_string(requests.n_answered) + " crops; the answers for " +
         std::to_string(requests.n_kept) + " crops were kept from before.";
}

}  // namespace csm
