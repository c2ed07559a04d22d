#pragma once
#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace csm {

/// What came of a transfer.
struct HttpAnswer {
  CURLcode outcome = CURLE_OK;
  long status = 0;  ///< of HTTP
  std::string body;
  std::optional<std::size_t> n_json;  ///< Inference-Header-Content-Length
  std::optional<std::chrono::seconds> retry_after;
  bool is_too_large = false;
  std::string problem;  ///< libcurl's own text
};

/// One request and the place for its answer; at rest in memory while libcurl works on it.
class HttpTransfer {
 public:
  /// @param headers as "Name: value" @param largest bytes that the answer may have
  HttpTransfer(const std::string& url, const std::vector<std::string>& headers,
               std::chrono::seconds timeout, std::size_t largest);
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  /// Makes it a POST of this body.
  void post(std::string body);

  /// Empties the place for the answer.
  void prepare();

  CURL* handle() const { return easy_.get(); }

  /// What came of it. @pre libcurl is done with it
  HttpAnswer take(CURLcode outcome);

 private:
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t n, void* self);
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t n, void* self);

  struct CleanEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  std::unique_ptr<CURL, CleanEasy> easy_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::string request_;
  std::size_t largest_;
  HttpAnswer answer_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace csm
