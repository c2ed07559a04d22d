#pragma once
#include <exception>
#include <string>

namespace csm {

/// What went wrong in LibTorch in one line of at most 300 characters: the first line of its message, but the last one
/// if TorchScript puts its own call stack before it.
std::string torch_message(const std::exception& error);

}  // namespace csm
