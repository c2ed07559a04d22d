#include "http_transfer.h"

#include <charconv>
#include <mutex>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

void use_curl() {
  static std::once_flag flag;
  std::call_once(flag, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  CSM_EXPECT(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

}  // namespace

HttpTransfer::HttpTransfer(const std::string& url, const std::vector<std::string>& headers,
                           std::chrono::seconds timeout, std::size_t largest)
    : largest_(largest) {
  use_curl();
  easy_.reset(curl_easy_init());
  CSM_EXPECT(easy_ != nullptr);
  for (const std::string& header : headers)
    headers_.reset(curl_slist_append(headers_.release(), header.c_str()));

  CURL* easy = easy_.get();
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTPHEADER, headers_.get());
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count() * 1000));
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_BUFFERSIZE, 1L << 18);
  set(easy, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
  set(easy, CURLOPT_ERRORBUFFER, error_);
  set(easy, CURLOPT_WRITEFUNCTION, &take_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(easy, CURLOPT_HEADERFUNCTION, &take_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
}

void HttpTransfer::post(std::string body) {
  request_ = std::move(body);
  set(easy_.get(), CURLOPT_POST, 1L);
  set(easy_.get(), CURLOPT_POSTFIELDS, request_.data());
  set(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.size()));
}

void HttpTransfer::prepare() {
  answer_ = {};
  error_[0] = '\0';
}

HttpAnswer HttpTransfer::take(CURLcode outcome) {
  answer_.outcome = outcome;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &answer_.status);
  answer_.problem = error_[0] != '\0' ? error_ : curl_easy_strerror(outcome);
  return std::move(answer_);
}

std::size_t HttpTransfer::take_body(char* bytes, std::size_t size, std::size_t n, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (transfer.answer_.body.size() + size * n > transfer.largest_) {
    transfer.answer_.is_too_large = true;
    return 0;  // libcurl ends the transfer
  }
  transfer.answer_.body.append(bytes, size * n);
  return size * n;
}

std::size_t HttpTransfer::take_header(char* bytes, std::size_t size, std::size_t n, void* self) {
  auto& answer = static_cast<HttpTransfer*>(self)->answer_;
  const std::string_view line(bytes, size * n);
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    const std::string name = to_lower(line.substr(0, colon));
    const std::string value = trim(line.substr(colon + 1));
    if (name == "inference-header-content-length") answer.n_json = parse_whole<std::size_t>(value);
    if (name == "retry-after") {
      if (const auto seconds = parse_whole<int>(value))
        answer.retry_after = std::chrono::seconds(*seconds);
    }
  }
  return size * n;
}

}  // namespace csm
