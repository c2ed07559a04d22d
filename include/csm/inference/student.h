#pragma once

namespace csm {

/// How many standard errors the 95 % interval of the mean of n values reaches to each side:
/// Student's t of n - 1 degrees of freedom. @pre n > 1
double interval_factor(double n);

}  // namespace csm
