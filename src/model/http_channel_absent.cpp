#include "csm/core/error.h"
#include "inference_channel.h"

namespace csm {

std::unique_ptr<InferenceChannel> open_http_channel(const std::string& url,
                                                    std::chrono::seconds /*timeout*/,
                                                    int /*n_in_flight*/) {
  throw InputError({"--model is '" + url + "', and this program was built without libcurl",
                    "it speaks to services through it",
                    "Install libcurl4-openssl-dev (scripts/setup.sh does) and build again."});
}

}  // namespace csm
