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

/// What a channel calls while it works.
struct ChannelCalls {
  std::function<void()> before_send;  ///< for each request, those that are sent again too
  std::function<void(std::size_t, const TensorMessage&)> take;  ///< index of a request, its answer
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

  /// Sends the requests and takes each answer when it is there, in any order. Errors: ServiceError
  /// after the attempts that are made; whatever the calls throw.
  virtual void ask(std::span<const InferRequest> requests, const ChannelCalls& calls) = 0;
};

/// Opens the service of a URL, http(s)://HOST/v2/models/NAME, and reads its metadata.
/// Errors: InputError if there is no such service, or this program was built without libcurl.
std::unique_ptr<InferenceChannel> open_http_channel(const std::string& url,
                                                    std::chrono::seconds timeout, int n_in_flight);

}  // namespace csm
