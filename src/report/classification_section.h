#pragma once
#include <string>

#include "csm/store/result.h"

namespace csm {

/// "Right for 38 of 40 images with a label: 95 % (83.5 % to 98.6 %), 95 % interval; male 20 of 20,
/// ..."
std::string accuracy_sentence(const Classification& counts);

/// "Predicted: male 22, female 18."
std::string predicted_sentence(const Classification& counts);

/// How often the network is right, with the table of labels against predictions; empty for
/// embeddings.
std::string classification_section(const Result& result);

/// What speaks against trusting the map, before everything else; empty if nothing does.
std::string warning_section(const Result& result);

}  // namespace csm
