#include "csm/model/model_place.h"

namespace csm {

bool is_model_place(std::string_view model) {
  return model.starts_with("process:") || model.starts_with("rest:") ||
         model.starts_with("http://") || model.starts_with("https://");
}

}  // namespace csm
