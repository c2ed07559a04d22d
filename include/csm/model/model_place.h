#pragma once
#include <string_view>

namespace csm {

/// Whether --model names a model that runs elsewhere and no file: process:COMMAND, rest:FILE.json,
/// http://URL, https://URL.
bool is_model_place(std::string_view model);

}  // namespace csm
