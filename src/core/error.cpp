#include "csm/core/error.h"

namespace csm {

std::string format_error(const ErrorText& text) {
  std::string message = text.problem;
  if (!text.why.empty()) message += " (" + text.why + ")";
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
