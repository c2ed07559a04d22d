#include "csm/core/error.h"

#include <regex>

namespace csm {
namespace {

/// Whether a reason fits in brackets: it holds no sentences and no brackets, but for those of
/// numbers and functions, "Eq. (5)" and "ln(p)", and follows no brackets.
bool fits_in_brackets(const ErrorText& text) {
  static const std::regex misfit(R"((^| )\((?!\d+\))|\.$|\. [A-Z])");
  return !text.problem.ends_with(')') && !std::regex_search(text.why, misfit);
}

}  // namespace

std::string format_error(const ErrorText& text) {
  std::string message = text.problem;
  if (!text.why.empty())
    message += fits_in_brackets(text) ? " (" + text.why + ")" : ": " + text.why;
  if (message.empty() || message.back() != '.') message += '.';
  if (!text.advice.empty()) message += " " + text.advice;
  return message;
}

void fail_contract(std::string_view condition, std::string_view file, int line) {
  throw ContractError(
      "internal error: '" + std::string(condition) + "' does not hold at " + std::string(file) +
      ":" + std::to_string(line) +
      " (this is a defect of csm). Please report it with the command that you ran.");
}

}  // namespace csm
