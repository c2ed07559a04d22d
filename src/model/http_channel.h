#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inference_channel.h"

namespace csm {

/// Opens the service of a URL, http(s)://HOST/v2/models/NAME, and reads its metadata.
/// Errors: InputError if there is no such service, or this program was built without libcurl.
std::unique_ptr<InferenceChannel> open_http_channel(const std::string& url,
                                                    std::chrono::seconds timeout, int n_in_flight);

}  // namespace csm
