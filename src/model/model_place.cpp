#include "csm/model/model_place.h"

namespace csm {

ModelPlace place_of_model(std::string_view model) {
  if (model.starts_with("process:")) return ModelPlace::process;
  if (model.starts_with("rest:")) return ModelPlace::rest;
  if (model.starts_with("http://") || model.starts_with("https://")) return ModelPlace::http;
  return ModelPlace::file;
}

}  // namespace csm
