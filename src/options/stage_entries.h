#pragma once
#include <span>
#include <vector>

#include "csm/explain/method_facts.h"
#include "option_table.h"

/// The options of each stage as entries of the table: one entry an option, which is all that
/// parsing, help, messages, result file and restarts know of it.
namespace csm {

std::vector<OptionEntry> run_entries();
std::vector<OptionEntry> stop_entries();
std::vector<OptionEntry> dataset_entries();
std::vector<OptionEntry> model_entries();
std::vector<OptionEntry> service_entries();  ///< of models that run elsewhere
std::vector<OptionEntry> mesh_entries();
std::vector<OptionEntry> occlusion_entries();
std::vector<OptionEntry> saliency_entries();
std::vector<OptionEntry> inference_entries();
std::vector<OptionEntry> output_entries();

/// @param methods the valid values of --method
std::vector<OptionEntry> explain_entries(std::span<const MethodFacts> methods);

/// @param methods those of --evaluate among them
std::vector<OptionEntry> study_entries(std::span<const MethodFacts> methods);

}  // namespace csm
