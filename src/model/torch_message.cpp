#include "torch_message.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace csm {

std::string torch_message(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  text.erase(text.find_last_not_of(" \n") + 1);
  if (text.starts_with("The following operation failed in the TorchScript interpreter"))
    text.erase(0, text.rfind('\n') + 1);
  return text.substr(0, std::min<std::size_t>(text.find('\n'), 300));
}

}  // namespace csm
