#include "csm/inference/student.h"

#include <boost/math/distributions/students_t.hpp>

#include "csm/core/error.h"
#include "csm/inference/findings.h"

namespace csm {

double interval_factor(double n) {
  CSM_EXPECT(n > 1);
  const boost::math::students_t student(n - 1);
  return boost::math::quantile(student, 1 - significance_level / 2);
}

}  // namespace csm
