#pragma once
#include <string_view>

namespace csm {

/// How a model is reached.
enum class ModelPlace {
  file,
  process,  ///< process:COMMAND, a worker of each rank
  rest,     ///< rest:FILE.json, a worker that asks a foreign service
  http      ///< http://URL or https://URL, a service
};

/// The place that --model names.
ModelPlace place_of_model(std::string_view model);

}  // namespace csm
