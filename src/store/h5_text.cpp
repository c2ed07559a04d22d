#include "h5_text.h"

namespace csm {

H5Handle text_type() {
  H5Handle type(H5Tcopy(H5T_C_S1), &H5Tclose, "making a text type");
  check_h5(H5Tset_size(type.get(), H5T_VARIABLE), "making a text type");
  check_h5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "making a text type");
  return type;
}

}  // namespace csm
