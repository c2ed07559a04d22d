#include "csm/core/error.h"

namespace csm {
namespace {

/// Whether a reason fits in brackets: it holds neither brackets nor sentences, and follows none.
bool fits_in_brackets(const ErrorText& text) {
  const std::string why = text.why + " ";
  return !text.problem.ends_with(')') && why.find('(') == std::string::npos &&
         why.find(". ") == std::string::npos;
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
