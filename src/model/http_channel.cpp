#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/text.h"
#include "csm/model/backend.h"
#include "http_transfer.h"
#include "inference_channel.h"

namespace csm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int n_attempts = 5;
constexpr std::chrono::duration<double> first_backoff(0.5);
constexpr std::chrono::duration<double> longest_backoff(60);
constexpr std::size_t largest_metadata = 16 << 20;

constexpr long too_many_requests = 429;

/// A service that is there but cannot answer now.
bool is_passing(const HttpAnswer& answer) {
  if (answer.outcome == CURLE_OK)
    return answer.status == too_many_requests || answer.status == 502 || answer.status == 503 ||
           answer.status == 504;
  return answer.outcome == CURLE_COULDNT_CONNECT || answer.outcome == CURLE_OPERATION_TIMEDOUT ||
         answer.outcome == CURLE_GOT_NOTHING || answer.outcome == CURLE_RECV_ERROR ||
         answer.outcome == CURLE_SEND_ERROR || answer.outcome == CURLE_PARTIAL_FILE ||
         answer.outcome == CURLE_COULDNT_RESOLVE_HOST;
}

/// What a service says, without the secret that it was sent and may repeat.
std::string hide_secrets(std::string text) {
  for (const char* variable : {"CSM_MODEL_TOKEN", "CSM_MODEL_HEADER"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr) continue;
    // Of a header line the value.
    const std::string_view line = value;
    const std::string secret = trim(
        line.substr(std::string_view(variable) == "CSM_MODEL_HEADER" ? line.find(':') + 1 : 0));
    for (std::size_t at = 0; !secret.empty(); at += 3) {
      at = text.find(secret, at);
      if (at == std::string::npos) break;
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

/// What went wrong, as the rest of "the service '...' ".
std::string describe(const HttpAnswer& answer) {
  if (answer.is_too_large) return "answers with more bytes than any right answer has";
  if (answer.outcome == CURLE_PEER_FAILED_VERIFICATION)
    return "has a certificate that cannot be verified (" + quote_outside(answer.problem) + ")";
  if (answer.outcome == CURLE_OPERATION_TIMEDOUT) return "did not answer in time (--model-timeout)";
  if (answer.outcome != CURLE_OK)
    return "cannot be spoken to (" + quote_outside(answer.problem) + ")";
  const std::string body = hide_secrets(answer.body);
  std::string text = quote_outside(body);
  try {
    parse_answer({.json = body, .binary = ""});
  } catch (const ModelRefusal& refusal) {
    text = refusal.what();
  } catch (const MessageFault&) {
    // Not the protocol's own form of an error: its text as it stands.
  }
  return "answers with the status " + std::to_string(answer.status) +
         (text.empty() ? "" : ": " + text);
}

/// Headers that every request carries. What is secret comes from the environment alone.
std::vector<std::string> common_headers() {
  std::vector<std::string> headers = {"Expect:"};
  if (const char* token = std::getenv("CSM_MODEL_TOKEN"))
    headers.push_back(std::string("Authorization: Bearer ") + token);
  if (const char* header = std::getenv("CSM_MODEL_HEADER")) headers.emplace_back(header);
  return headers;
}

/// A set of transfers that run side by side over connections that stay open.
class Transfers {
 public:
  Transfers() : multi_(curl_multi_init()) { CSM_EXPECT(multi_ != nullptr); }

  void start(HttpTransfer& transfer) {
    transfer.prepare();
    CSM_EXPECT(curl_multi_add_handle(multi_.get(), transfer.handle()) == CURLM_OK);
  }
  void remove(HttpTransfer& transfer) { curl_multi_remove_handle(multi_.get(), transfer.handle()); }

  /// Works for a while; one that ended, if any.
  std::optional<std::pair<CURL*, CURLcode>> work(std::chrono::milliseconds patience) {
    if (const auto ended = next_ended()) return ended;
    int n_running = 0;
    curl_multi_perform(multi_.get(), &n_running);
    if (const auto ended = next_ended()) return ended;
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(patience.count()), nullptr);
    return std::nullopt;
  }

 private:
  std::optional<std::pair<CURL*, CURLcode>> next_ended() {
    int n_left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &n_left)) {
      if (message->msg == CURLMSG_DONE)
        return std::pair(message->easy_handle, message->data.result);
    }
    return std::nullopt;
  }

  struct Clean {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  std::unique_ptr<CURLM, Clean> multi_;
};

/// One request on its way to its answer, through several attempts.
struct Errand {
  std::unique_ptr<HttpTransfer> transfer;
  std::size_t index = 0;
  int attempt = 0;
  Clock::time_point not_before;
  bool is_running = false;
};

class HttpChannel : public InferenceChannel {
 public:
  HttpChannel(std::string url, std::chrono::seconds timeout, int n_in_flight)
      : url_(std::move(url)), timeout_(timeout), n_in_flight_(n_in_flight) {
    read_metadata();
  }

  std::string kind() const override { return "http"; }
  const ModelMetadata& metadata() const override { return metadata_; }
  bool takes_binary() const override { return takes_binary_; }
  int n_in_flight() const override { return n_in_flight_; }
  void ask(std::span<const InferRequest> requests, const ChannelCalls& calls) override;

 private:
  HttpAnswer get(const std::string& url);
  void read_metadata();
  std::unique_ptr<HttpTransfer> transfer_of(const InferRequest& request) const;
  std::chrono::duration<double> backoff(int attempt, const HttpAnswer& answer);
  void plan_next_attempt(Errand& errand, const HttpAnswer& answer);

  /// Takes the answer of an errand, or plans its next attempt. Errors: ServiceError.
  std::optional<TensorMessage> finish(Errand& errand, CURLcode outcome);

  std::string url_;
  std::chrono::seconds timeout_;
  int n_in_flight_;
  ModelMetadata metadata_;
  bool takes_binary_ = true;
  Transfers transfers_;
  std::minstd_rand jitter_{std::random_device{}()};
};

HttpAnswer HttpChannel::get(const std::string& url) {
  HttpTransfer transfer(url, common_headers(), timeout_, largest_metadata);
  transfers_.start(transfer);
  std::optional<std::pair<CURL*, CURLcode>> ended;
  while (!ended) ended = transfers_.work(std::chrono::milliseconds(1000));
  transfers_.remove(transfer);
  return transfer.take(ended->second);
}

void HttpChannel::read_metadata() {
  const HttpAnswer answer = get(url_);
  const std::string advice =
      "Is it running, and is the URL that of a model, http(s)://HOST/v2/models/NAME?";
  if (answer.outcome != CURLE_OK || answer.status != 200) {
    throw InputError({"the service '" + url_ + "' " + describe(answer), "", advice});
  }
  try {
    metadata_ = parse_metadata(answer.body);
  } catch (const std::runtime_error& fault) {  // MessageFault or ModelRefusal
    throw InputError({"the metadata of the service '" + url_ + "' " + fault.what(),
                      "it does not speak the Open Inference Protocol", advice});
  }
  constexpr std::string_view version = "/v2";
  const HttpAnswer server = get(url_.substr(0, url_.find("/v2/models/") + version.size()));
  if (server.outcome == CURLE_OK && server.status == 200)
    takes_binary_ = may_take_binary(server.body);
}

std::unique_ptr<HttpTransfer> HttpChannel::transfer_of(const InferRequest& request) const {
  std::vector<std::string> headers = common_headers();
  headers.push_back(std::string("Content-Type: application/") +
                    (takes_binary_ ? "octet-stream" : "json"));
  if (takes_binary_)
    headers.push_back("Inference-Header-Content-Length: " + std::to_string(request.json.size()));
  auto transfer =
      std::make_unique<HttpTransfer>(url_ + "/infer", headers, timeout_, request.largest_answer);
  std::string body;
  body.reserve(request.json.size() + request.binary.size());
  body += request.json;
  body += request.binary;
  transfer->post(std::move(body));
  return transfer;
}

std::chrono::duration<double> HttpChannel::backoff(int attempt, const HttpAnswer& answer) {
  if (answer.retry_after)
    return std::min<std::chrono::duration<double>>(*answer.retry_after, 10 * longest_backoff);
  const double share = std::uniform_real_distribution(0.5, 1.0)(jitter_);
  return std::min(first_backoff * static_cast<double>(1 << attempt), longest_backoff) * share;
}

void HttpChannel::plan_next_attempt(Errand& errand, const HttpAnswer& answer) {
  errand.attempt += 1;
  const std::string problem = "the service '" + url_ + "' " + describe(answer);
  const bool is_asked_to_wait = answer.retry_after && answer.status == too_many_requests;
  if (errand.attempt >= n_attempts + (is_asked_to_wait ? n_attempts : 0)) {
    throw ServiceError({problem + ", " + std::to_string(errand.attempt) + " times in a row", "",
                        "Run the same command again to go on when it answers."});
  }
  const std::chrono::duration<double> wait = backoff(errand.attempt, answer);
  errand.not_before = Clock::now() + std::chrono::duration_cast<Clock::duration>(wait);
  if (errand.attempt == 1) log_warning(problem + ". It is asked again");
}

std::optional<TensorMessage> HttpChannel::finish(Errand& errand, CURLcode outcome) {
  transfers_.remove(*errand.transfer);
  errand.is_running = false;
  HttpAnswer answer = errand.transfer->take(outcome);
  if (!answer.is_too_large && is_passing(answer)) {
    plan_next_attempt(errand, answer);
    return std::nullopt;
  }
  if (answer.outcome != CURLE_OK || answer.status != 200) {
    throw ServiceError({"the service '" + url_ + "' " + describe(answer), "",
                        "Mend it and run the same command again to go on."});
  }
  const std::size_t n_json =
      std::min(answer.n_json.value_or(answer.body.size()), answer.body.size());
  return TensorMessage{.json = answer.body.substr(0, n_json), .binary = answer.body.substr(n_json)};
}

void HttpChannel::ask(std::span<const InferRequest> requests, const ChannelCalls& calls) {
  std::vector<std::unique_ptr<Errand>> errands;

  // Whatever ends this function, libcurl lets go of what is still running.
  struct Guard {
    Transfers& transfers;
    std::vector<std::unique_ptr<Errand>>& errands;
    ~Guard() {
      for (const auto& errand : errands) {
        if (errand->is_running) transfers.remove(*errand->transfer);
      }
    }
  } guard{transfers_, errands};

  std::size_t n_begun = 0;
  while (n_begun < requests.size() || !errands.empty()) {
    while (n_begun < requests.size() && errands.size() < static_cast<std::size_t>(n_in_flight_)) {
      auto errand = std::make_unique<Errand>();
      errand->index = n_begun;
      errand->transfer = transfer_of(requests[n_begun++]);
      errands.push_back(std::move(errand));
    }
    for (const auto& errand : errands) {
      if (errand->is_running || Clock::now() < errand->not_before) continue;
      calls.before_send();
      transfers_.start(*errand->transfer);
      errand->is_running = true;
    }
    const auto ended = transfers_.work(std::chrono::milliseconds(100));
    if (!ended) continue;
    const auto found = std::find_if(errands.begin(), errands.end(), [&](const auto& errand) {
      return errand->transfer->handle() == ended->first;
    });
    if (const auto answer = finish(**found, ended->second)) {
      const std::size_t index = (*found)->index;
      errands.erase(found);
      calls.take(index, *answer);
    }
  }
}

/// Errors: InputError, without the secret, if CSM_MODEL_HEADER is not a header.
void check_header() {
  const char* header = std::getenv("CSM_MODEL_HEADER");
  if (header == nullptr) return;
  const std::string_view line = header;
  const std::size_t colon = line.find(':');
  if (colon != 0 && colon != std::string_view::npos &&
      line.find_first_of("\r\n") == std::string_view::npos)
    return;
  throw InputError({"CSM_MODEL_HEADER is not a line NAME: VALUE", "a service would not be sent it",
                    "Write such as X-Api-Key: ..."});
}

/// Errors: InputError for a URL that holds a secret, which results and logs would show, or that
/// names no model.
void check_url(const std::string& url) {
  const std::size_t host = std::min(url.find_first_not_of('/', url.find(':') + 1), url.size());
  if (url.substr(host, url.find('/', host) - host).find('@') != std::string::npos ||
      url.find('?') != std::string::npos) {
    throw InputError({"--model is a URL that holds a password or a query",
                      "the result, the log and the checkpoint would show it",
                      "Give secrets in the environment: CSM_MODEL_TOKEN, or CSM_MODEL_HEADER."});
  }
  constexpr std::string_view models = "/v2/models/";
  const std::size_t found = url.find(models);
  if (found == std::string::npos || found + models.size() == url.size() ||
      url.find("://") != url.find(':')) {
    throw InputError({"--model is '" + url + "'",
                      "it names no model of the Open Inference Protocol",
                      "Write http(s)://HOST/v2/models/NAME."});
  }
}

}  // namespace

std::unique_ptr<InferenceChannel> open_http_channel(const std::string& url,
                                                    std::chrono::seconds timeout, int n_in_flight) {
  check_url(url);
  check_header();
  return std::make_unique<HttpChannel>(url.substr(0, url.find_last_not_of('/') + 1), timeout,
                                       n_in_flight);
}

}  // namespace csm
