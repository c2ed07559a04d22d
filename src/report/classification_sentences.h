#pragma once
#include <string>

#include "csm/store/result.h"

namespace csm {

/// "Right for 38 of 40 images with a label: 95 % (83.5 % to 98.6 %), 95 % interval; male 20 of 20,
/// ..."
std::string accuracy_sentence(const Classification& counts);

/// "Predicted: male 22, female 18."
std::string predicted_sentence(const Classification& counts);

}  // namespace csm
