#pragma once
#include "h5_handle.h"

namespace csm {

/// The type of our texts: UTF-8 of variable length. Errors: H5Failure.
H5Handle text_type();

}  // namespace csm
