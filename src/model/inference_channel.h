#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor_message.h"

namespace csm {

/// A request on its way.
struct InferRequest {
  std::string json;
  std::string_view binary;         ///< valid until it is answered
  std::size_t largest_answer = 0;  ///< bytes that a right answer may have
};

/// What carries requests of the Open Inference Protocol to a model that runs elsewhere.
class InferenceChannel {
 public:
  virtual ~InferenceChannel() = default;

  /// "process" or "http".
  virtual std::string kind() const = 0;

  virtual const ModelMetadata& metadata() const = 0;

  /// Whether the tensors' bytes may follow the JSON of a request.
  virtual bool takes_binary() const = 0;

  /// Requests that may be on their way at once.
  virtual int n_in_flight() const = 0;

  /// The answers in the order of the requests. Calls before_send for each request that is sent,
  /// those that are sent again too. Errors: ServiceError after the attempts that are made.
  virtual std::vector<TensorMessage> ask(std::span<const InferRequest> requests,
                                         const std::function<void()>& before_send) = 0;
};

/// Opens the service of a URL, http(s)://HOST/v2/models/NAME, and reads its metadata.
/// Errors: InputError if there is no such service, or this program was built without libcurl.
std::unique_ptr<InferenceChannel> open_http_channel(const std::string& url,
                                                    std::chrono::seconds timeout, int n_in_flight);

}  // namespace csm
