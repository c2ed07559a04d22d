#include "csm/report/event_log.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>

#include "csm/core/error.h"
#include "csm/core/log.h"

namespace csm {
namespace {

using Json = nlohmann::ordered_json;

std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> date{};
  std::array<char, 48> text{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(), static_cast<int>(milliseconds));
  return text.data();
}

Json to_json(const std::vector<std::pair<std::string, double>>& numbers) {
  Json object = Json::object();
  for (const auto& [name, number] : numbers) object[name] = number;
  return object;
}

template <class Value>
Json to_json(const Value& value) {
  return value;
}

}  // namespace

struct EventLog::State {
  std::FILE* file = nullptr;
  std::mutex mutex;
  bool has_failed = false;

  ~State() {
    if (file != nullptr && file != stdout) std::fclose(file);
  }
};

EventLog::EventLog() = default;

EventLog::EventLog(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  state_->file = path == "-" ? stdout : std::fopen(path.c_str(), "ae");
  if (state_->file == nullptr) {
    throw InputError({"--log-json cannot open '" + path.string() + "'", std::strerror(errno),
                      "Give a file in a folder that exists, or - for the standard output."});
  }
}

EventLog::~EventLog() = default;
EventLog::EventLog(EventLog&&) noexcept = default;
EventLog& EventLog::operator=(EventLog&&) noexcept = default;

void EventLog::write(std::string_view event, const EventFields& fields) {
  if (!state_) return;
  Json object = {{"time", time_text()}, {"event", event}};
  for (const auto& [name, value] : fields) {
    object[name] = std::visit([](const auto& held) { return to_json(held); }, value);
  }
  const std::string line = object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  bool is_first_failure = false;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->has_failed) return;
    state_->has_failed = std::fwrite(line.data(), 1, line.size(), state_->file) != line.size() ||
                         std::fflush(state_->file) != 0;
    is_first_failure = state_->has_failed;
  }
  if (is_first_failure)
    log_warning("--log-json cannot be written any more: " + std::string(std::strerror(errno)));
}

}  // namespace csm
