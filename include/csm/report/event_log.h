#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace csm {

/// What a field of an event can hold: a number, a text, a list of texts, or numbers by name.
using EventValue = std::variant<std::int64_t, double, std::string, std::vector<std::string>,
                                std::vector<std::pair<std::string, double>>>;
using EventFields = std::vector<std::pair<std::string, EventValue>>;

/// What happens in a run as JSON lines, for programs that watch it: one object a line, with `time`
/// (ISO 8601, UTC, with milliseconds), `event`, and the event's fields. Each line is written at
/// once and whole, from whatever thread.
class EventLog {
 public:
  /// Writes nothing.
  EventLog();

  /// Appends to the file, so that a run that is started again goes on with it; "-" is the standard
  /// output. Errors: InputError if the file cannot be opened.
  explicit EventLog(const std::filesystem::path& file);

  ~EventLog();
  EventLog(EventLog&&) noexcept;
  EventLog& operator=(EventLog&&) noexcept;

  /// A line that cannot be written is dropped with one warning; the run goes on.
  void write(std::string_view event, const EventFields& fields);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csm
