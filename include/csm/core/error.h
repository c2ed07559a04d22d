#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace csm {

/// The parts of every message to a user: "problem (why it matters). What to do?"
struct ErrorText {
  std::string problem;  ///< what is wrong, with the option's name and the value
  std::string why;      ///< why it matters; may be empty
  std::string advice;   ///< what to do, with the valid values; may be empty
};

/// Returns "problem (why). advice"; "problem: why. advice" if why holds brackets or sentences.
std::string format_error(const ErrorText& text);

/// Base of all errors that a user sees.
class Error : public std::runtime_error {
 public:
  explicit Error(const ErrorText& text) : std::runtime_error(format_error(text)) {}
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// A bad option, model or data set: ends the run before any work, exit code 2.
class InputError : public Error {
 public:
  using Error::Error;
};

/// A run that failed in the middle: exit code 3.
class RunError : public Error {
 public:
  using Error::Error;
};

/// One image that cannot be used. It is data: counted, named with the reason, skipped.
class ImageError : public Error {
 public:
  /// @param reason short and the same for all images with this fault ("no face found"); failures
  /// are counted by it.
  ImageError(std::string reason, const std::string& detail)
      : Error(detail.empty() ? reason : reason + ": " + detail), reason_(std::move(reason)) {}
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

/// A broken contract between our own functions: a defect of the program.
class ContractError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Throws ContractError with the place of the broken condition.
[[noreturn]] void fail_contract(std::string_view condition, std::string_view file, int line);

}  // namespace csm

/// Checks a contract between our own functions. Always on.
#define CSM_EXPECT(condition)                                               \
  do {                                                                      \
    if (!(condition)) ::csm::fail_contract(#condition, __FILE__, __LINE__); \
  } while (false)
